def f(x: Tensor) -> Tensor:
  return torch.add(x, 1)
