// What reductions ask of logical elements.

fn any_bool(x: bool) -> bool {
  return x;
}

fn all_bool(x: bool) -> bool {
  return x;
}
