// The verb table and its dispatch.
#include "cli/cli.h"

#include "base/base.h"

int vd_cli_main(int argc, char **argv) {
  (void)argv;
  return argc < 2 ? 2 : 0;
}
