enable f16;

var<private> a: f16;
