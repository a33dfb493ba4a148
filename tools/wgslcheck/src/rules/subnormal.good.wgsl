const small = 1e-30f;
