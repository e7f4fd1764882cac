// zip archives: PyTorch, TorchScript, Keras, npz, skops, TorchServe, and any other.
#include "inspect/archive/zip.h"

static bool recognise(const vd_artefact *a) {
  return vd_zip_recognise(a->bytes, vd_artefact_matches(a, "*.zip *.keras *.npz *.skops *.mar"));
}

static vd_code inspect(vd_inspection *in, const vd_artefact *a, vd_error *err) {
  return vd_zip_inspect(in, a->bytes, err);
}

const vd_format vd_format_zip = {
    .name = "zip",
    .description = "zip archives: PyTorch, TorchScript, Keras, npz, skops, TorchServe, any other",
    .patterns = "*.pt *.pth *.ckpt *.ptl *.keras *.npz *.skops *.mar *.zip *.pkl "
                "*.pickle *.joblib pytorch_model*.bin adapter_model.bin training_args.bin "
                "optimizer.bin scheduler.bin",
    .carrier = true,
    .recognise = recognise,
    .inspect = inspect,
};
