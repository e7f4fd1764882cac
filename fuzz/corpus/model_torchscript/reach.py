class M(Module):
  __parameters__ = []
  def forward(self: __torch__.M, x: Tensor) -> Tensor:
    torch.save(x, "/tmp/owned")
    _0 = ops.mylib.run(x)
    _1 = "torch.save( in a text"
    return torch.from_file("/etc/passwd", False, 10)
