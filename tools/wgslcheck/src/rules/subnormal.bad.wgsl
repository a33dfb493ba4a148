const tiny = 1e-40f;
