// Elementary functions of f32, at most 4 units in the last place from the exact result wherever
// the device keeps subnormals. Only + - * / sqrt and bit operations: native functions have no
// bound on their error.
//
// Nothing relies on fma() being fused: some drivers make a product and a sum of it. Nothing is
// spoilt by a driver that contracts a product and a sum either: where an exact rounding error is
// wanted, products have short factors, and rounded sums pass through opaque(), because drivers
// simplify (a + b) - a otherwise. Coefficients interpolate at Chebyshev nodes.

// A value that the compiler cannot see through, so that its rounding stays.
fn opaque_f32(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  return bitcast<f32>(max(bits, bits & 0x7fffffffu));
}

fn isnan_f32(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn isinf_f32(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) == 0x7f800000u;
}

fn isfinite_f32(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) < 0x7f800000u;
}

// WGSL has no literal for it, and a constant expression of it is refused: hence the variable.
fn nan_f32() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}

fn inf_f32() -> f32 {
  var bits = 0x7f800000u;
  return bitcast<f32>(bits);
}

// The magnitude of one value with the sign of another.
fn copysign_f32(magnitude: f32, sign: f32) -> f32 {
  return bitcast<f32>((bitcast<u32>(magnitude) & 0x7fffffffu) | (bitcast<u32>(sign) & 0x80000000u));
}

fn sign_bit_f32(x: f32) -> u32 {
  return bitcast<u32>(x) & 0x80000000u;
}

fn flip_sign_f32(x: f32, sign_bit: u32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) ^ sign_bit);
}

// True for NaN and where x + O(x^2) rounds to x.
fn is_own_value_f32(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) - 0x32800000u > 0x7f800000u - 0x32800000u;
}

fn sign_f32(x: f32) -> f32 {
  return select(select(select(x, 0.0f, x == 0.0f), -1.0f, x < 0.0f), 1.0f, x > 0.0f);
}

fn min_f32(a: f32, b: f32) -> f32 {
  return select(a, b, (b <= a) | isnan_f32(a));
}

fn max_f32(a: f32, b: f32) -> f32 {
  return select(a, b, (b >= a) | isnan_f32(a));
}

// Halves away from zero.
fn round_f32(x: f32) -> f32 {
  let whole = trunc(x);
  return select(whole, whole + copysign_f32(1.0f, x), abs(x - whole) >= 0.5f);
}

fn any_f32(x: f32) -> bool {
  return (x != 0.0f) & !isnan_f32(x);
}

fn all_f32(x: f32) -> bool {
  return (x != 0.0f) | isnan_f32(x);
}

// Saturating, halves away from zero, NaN to 0.
fn i32_of_f32(x: f32) -> i32 {
  let whole = round_f32(x);
  let inside = (whole >= -2.1474836e09f) & (whole < 2.1474836e09f);
  let outside = select(select(-2147483647i - 1i, 2147483647i, x > 0.0f), 0i, isnan_f32(x));
  return select(outside, i32(select(0.0f, whole, inside)), inside);
}

fn u32_of_f32(x: f32) -> u32 {
  let whole = round_f32(x);
  let inside = (whole >= 0.0f) & (whole < 4.2949673e09f);
  let outside = select(0u, 4294967295u, (x > 0.0f) & !isnan_f32(x));
  return select(outside, u32(select(0.0f, whole, inside)), inside);
}

// The rounding error of a + b. After Knuth, TAOCP vol. 2, 4.2.2.
fn sum_error_f32(a: f32, b: f32) -> f32 {
  let sum = opaque_f32(a + b);
  let b_seen = sum - a;
  return (a - (sum - b_seen)) + (b - b_seen);
}

// An infinite or undefined sum is itself: its error is undefined.
fn sum_finish_f32(sum: f32, error: f32) -> f32 {
  return select(sum, sum + error, isfinite_f32(sum));
}

// x as a fraction from 1 to 2, with the sign of x; 0, the infinities and NaN as they are.
fn fraction_f32(x: f32) -> f32 {
  let scaled = select(x, x * 16777216.0f, exponent_bits_f32(x) == 0i);
  let fraction = bitcast<f32>((bitcast<u32>(scaled) & 0x807fffffu) | 0x3f800000u);
  return select(fraction, x, (x == 0.0f) | !isfinite_f32(x));
}

// The exponent that belongs to the fraction.
fn exponent_f32(x: f32) -> i32 {
  let bits = exponent_bits_f32(x);
  let scaled_bits = exponent_bits_f32(x * 16777216.0f) - 24i;
  return select(select(bits, scaled_bits, bits == 0i) - 127i, 0i, (x == 0.0f) | !isfinite_f32(x));
}

fn product_step_f32(a: f32, x: f32) -> f32 {
  return fraction_f32(a * fraction_f32(x));
}

// Far beyond what a result can hold, exponents stay where they are.
fn product_exponent_f32(a: f32, a_exponent: u32, x: f32, x_exponent: u32) -> u32 {
  let step = exponent_f32(x) + exponent_f32(a * fraction_f32(x));
  let sum = bitcast<i32>(a_exponent) + bitcast<i32>(x_exponent);
  return bitcast<u32>(clamp(sum, -1000000000i, 1000000000i) + step);
}

// 2^exponent of a normal number.
fn power_of_two_f32(exponent: i32) -> f32 {
  return bitcast<f32>(u32(exponent + 127i) << 23u);
}

// In two steps, of which the first is exact.
fn product_finish_f32(a: f32, exponent_bits: u32) -> f32 {
  let exponent = bitcast<i32>(exponent_bits);
  let first = clamp(exponent, -126i, 127i);
  let second = clamp(exponent - first, -126i, 127i);
  return (a * power_of_two_f32(first)) * power_of_two_f32(second);
}

// What squares of a norm are summed apart: of elements beyond 2^48, scaled by 2^-80,
fn norm_large_f32(x: f32) -> f32 {
  let scaled = x * bitcast<f32>(0x17800000u);
  return select(0.0f, scaled * scaled, abs(x) > bitcast<f32>(0x57800000u));
}

// of elements below 2^-48, scaled by 2^90,
fn norm_small_f32(x: f32) -> f32 {
  let scaled = x * bitcast<f32>(0x6c800000u);
  return select(0.0f, scaled * scaled, abs(x) < bitcast<f32>(0x27800000u));
}

// and of all others.
fn norm_usual_f32(x: f32) -> f32 {
  let apart = (abs(x) > bitcast<f32>(0x57800000u)) | (abs(x) < bitcast<f32>(0x27800000u));
  return select(x * x, 0.0f, apart & !isnan_f32(x));
}

fn norm_finish_f32(large: f32, sum: f32, error: f32, small: f32) -> f32 {
  let usual = sum_finish_f32(sum, error);
  // Not left to the arithmetic: a software device loses NaN beside an infinity.
  if isnan_f32(usual) {
    return usual;
  }
  let down = bitcast<f32>(0x17800000u);
  let small_down = bitcast<f32>(0x12800000u);
  if large > 0.0f {
    return sqrt_f32(large + usual * down * down) * bitcast<f32>(0x67800000u);
  }
  if (small > 0.0f) & (usual == 0.0f) {
    return sqrt_f32(small) * small_down;
  }
  return sqrt_f32(usual + small * small_down * small_down);
}

// Welford's update of a mean, Technometrics 4 (1962), and of the squared deviations.
fn mean_step_f32(count: u32, mean: f32, x: f32) -> f32 {
  return mean + (x - mean) / f32(count + 1u);
}

fn square_step_f32(count: u32, mean: f32, x: f32) -> f32 {
  return (x - mean) * (x - mean_step_f32(count, mean, x));
}

// Chan, Golub and LeVeque's combination of two means and of their squared deviations.
fn mean_combine_f32(a_count: u32, a: f32, b_count: u32, b: f32) -> f32 {
  let part = f32(b_count) / f32(max(a_count + b_count, 1u));
  return select(a + (b - a) * part, b, a_count == 0u);
}

fn square_combine_f32(a_count: u32, a: f32, b_count: u32, b: f32) -> f32 {
  let part = f32(b_count) / f32(max(a_count + b_count, 1u));
  let apart = b - a;
  return select(apart * apart * (f32(a_count) * part), 0.0f, (a_count == 0u) | (b_count == 0u));
}

fn variance_finish_f32(count: u32, squares: f32, error: f32) -> f32 {
  return sum_finish_f32(squares, error) / f32(max(count, 2u) - 1u);
}

// Whether an element wins over the best so far; the earlier of equals does.
fn wins_min_f32(a: f32, a_index: u32, b: f32, b_index: u32) -> bool {
  return (a < b) | ((a == b) & (a_index < b_index)) | (isnan_f32(b) & !isnan_f32(a));
}

fn wins_max_f32(a: f32, a_index: u32, b: f32, b_index: u32) -> bool {
  return (a > b) | ((a == b) & (a_index < b_index)) | (isnan_f32(b) & !isnan_f32(a));
}

// The reciprocal of a divisor beyond 2^126 is subnormal: on NVIDIA the quotient would be 0. Where
// the scaled dividend is subnormal the quotient is 0 in any case.
fn div_f32(a: f32, b: f32) -> f32 {
  var dividend = a;
  var divisor = b;
  if abs(b) > 7.9228163e28f {
    dividend *= 5.421011e-20f;
    divisor *= 5.421011e-20f;
  }
  return dividend / divisor;
}

fn sqrt_f32(x: f32) -> f32 {
  return sqrt(x);
}

fn exponent_bits_f32(x: f32) -> i32 {
  return bitcast<i32>(u32((bitcast<u32>(x) & 0x7fffffffu) >> 23u));
}

// x modulo y with either sign, below y in magnitude. Each step takes a quotient so short that
// its product with y is subtracted exactly, and takes 12 bits of 276 off; a device without
// subnormal numbers may see no end.
fn residue_f32(x: f32, y: f32) -> f32 {
  var rest = x;
  for (var i = 0; i < 32; i++) {
    if !(abs(rest) >= abs(y)) {
      break;
    }
    // The divisor is brought near enough for a finite quotient.
    let above = exponent_bits_f32(rest) - exponent_bits_f32(y) - 60;
    let divisor = scale_f32(y, max(above, 0));
    rest = residue_step_f32(rest, divisor, div_f32(rest, divisor));
  }
  return rest;
}

// rest - round(quotient) * divisor, the quotient cut to 12 bits, the divisor in two halves.
fn residue_step_f32(rest: f32, divisor: f32, quotient: f32) -> f32 {
  let short = bitcast<f32>((bitcast<u32>(quotient) + 0x800u) & 0xfffff000u);
  let whole = select(round(short), short, abs(short) >= 4096.0f);
  // Against overflow of a product that is nearly the largest number.
  let large = abs(rest) > 1.329228e36f;
  let high = high_f32(divisor);
  let down = select(1.0f, 0.0625f, large);
  let part = opaque_f32(high * down);
  let less = opaque_f32(fma(-whole, part, rest * down));
  let least = fma(-whole, opaque_f32((divisor - high) * down), less);
  return select(least, least * 16.0f, large);
}

// Whether x / y is whole but for rounding; MATLAB takes it as whole if y is not.
fn near_multiple_f32(x: f32, y: f32) -> bool {
  let rough = div_f32(x, y);
  // A driver's quotient may be two units off: the rest says by how much.
  let product = opaque_f32(rough * y);
  let rest = (x - product) - exact_product_error_f32(rough, y, product);
  let quotient = rough + div_f32(rest, y);
  let whole = round_f32(quotient);
  return (y != trunc(y)) & (whole != 0.0f) & (abs(quotient - whole) < abs(whole) * 1.1920929e-07f);
}

fn mod_f32(x: f32, y: f32) -> f32 {
  if y == 0.0f {
    return x;
  }
  if !isfinite_f32(x) | isnan_f32(y) {
    return nan_f32();
  }
  var rest = residue_f32(x, y);
  if (rest == 0.0f) | near_multiple_f32(x, y) {
    return copysign_f32(0.0f, y);
  }
  return select(rest, rest + y, (rest < 0.0f) != (y < 0.0f));
}

fn rem_f32(x: f32, y: f32) -> f32 {
  if (y == 0.0f) | !isfinite_f32(x) | isnan_f32(y) {
    return nan_f32();
  }
  var rest = residue_f32(x, y);
  if (rest == 0.0f) | near_multiple_f32(x, y) {
    return copysign_f32(0.0f, x);
  }
  return select(rest, rest + copysign_f32(y, x), (rest < 0.0f) != (x < 0.0f));
}

// The leading half of the significant bits.
fn high_f32(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) & 0xfffff000u);
}

// The rounding error of product = a * b, which must be opaque. After Dekker, 1971.
fn product_error_f32(a: f32, b: f32, product: f32) -> f32 {
  let ah = high_f32(a);
  let al = a - ah;
  let bh = high_f32(b);
  let bl = b - bh;
  return ((ah * bh - product) + (ah * bl + al * bh)) + al * bl;
}

// The same to the last bit: every sum is exact in this order.
fn exact_product_error_f32(a: f32, b: f32, product: f32) -> f32 {
  let ah = high_f32(a);
  let al = a - ah;
  let bh = high_f32(b);
  let bl = b - bh;
  return (((ah * bh - product) + ah * bl) + al * bh) + al * bl;
}

// Product of two unevaluated sums.
fn product_pair_f32(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
  let high = opaque_f32(a.x * b.x);
  let low = product_error_f32(a.x, b.x, high) + (a.x * b.y + a.y * b.x);
  return vec2<f32>(high, low);
}

// Sum of two unevaluated sums; the first is the larger or 0.
fn sum_pair_f32(a: vec2<f32>, b: vec2<f32>) -> vec2<f32> {
  let high = opaque_f32(a.x + b.x);
  return vec2<f32>(high, (b.x - (high - a.x)) + (a.y + b.y));
}

// 2^k of a normal result.
fn two_power_f32(k: i32) -> f32 {
  return bitcast<f32>(u32(u32(k + 127)) << 23u);
}

// x * 2^k, rounded once.
fn scale_f32(x: f32, k: i32) -> f32 {
  let half = k >> 1u;
  return (x * two_power_f32(half)) * two_power_f32(k - half);
}

// The nearest whole number of a value far below 2^23, in the low bits of the sum.
fn round_bits_f32(x: f32) -> u32 {
  return bitcast<u32>(x + 12582912.0f);
}

// That number; the operation on bits keeps the difference from being simplified.
fn rounded_value_f32(bits: u32) -> f32 {
  return bitcast<f32>(bits | 0x4b000000u) - 12582912.0f;
}

fn rounded_int_f32(bits: u32) -> i32 {
  return bitcast<i32>(bits - 0x4b400000u);
}

// value * 2^exponent.
struct Scaled_f32 {
  value: f32,
  exponent: i32,
}

// e^(high + low) is (1 + value) * 2^exponent.
fn exp_parts_f32(high: f32, low: f32) -> Scaled_f32 {
  let bits = round_bits_f32(high * 1.442695f);
  let k = rounded_value_f32(bits);
  let r = fma(-k, 1.4286068e-06f, fma(-k, 0.69314575f, high) + low);
  return Scaled_f32(exp_rest_f32(r), rounded_int_f32(bits));
}

// value * 2^k for k in the low bits; exact where neither is outside the normal numbers.
fn scale_bits_f32(value: f32, bits: u32) -> f32 {
  return bitcast<f32>(bitcast<u32>(value) + (bits << 23u));
}

// e^r - 1 for at most half of log(2).
fn exp_rest_f32(r: f32) -> f32 {
  var p = 0.0013928451f;
  p = fma(p, r, 0.008364993f);
  p = fma(p, r, 0.04166654f);
  p = fma(p, r, 0.16666566f);
  p = fma(p, r, 0.5f);
  return fma(r * r, p, r);
}

// x less k * log(2), the first part so short that its product with k is exact.
fn less_logs_f32(x: f32, k: f32) -> f32 {
  return fma(-k, 1.4286068e-06f, fma(-k, 0.69314575f, x));
}

fn exp_f32(x: f32) -> f32 {
  // Results that are normal numbers need no care.
  if abs(x) < 87.0f {
    let bits = round_bits_f32(x * 1.442695f);
    let r = less_logs_f32(x, rounded_value_f32(bits));
    return scale_bits_f32(1.0f + exp_rest_f32(r), bits);
  }
  return exp_edge_f32(x);
}

fn exp_edge_f32(x: f32) -> f32 {
  let parts = exp_parts_f32(clamp(x, -105.0f, 9e01f), 0.0f);
  return select(scale_f32(1.0f + parts.value, parts.exponent), x, isnan_f32(x));
}

fn exp2_f32(x: f32) -> f32 {
  return select(exp2_pair_f32(x, 0.0f), x, isnan_f32(x));
}

// 2^(high + low).
fn exp2_pair_f32(high: f32, low: f32) -> f32 {
  let c = clamp(high, -152.0f, 1.3e02f);
  let bits = round_bits_f32(c);
  let r = (c - rounded_value_f32(bits)) + low;
  return scale_f32(fma(exp2_slope_f32(r), r, 1.0f), rounded_int_f32(bits));
}

// (2^r - 1) / r for at most 1/2.
fn exp2_slope_f32(r: f32) -> f32 {
  var p = 1.5299127e-05f;
  p = fma(p, r, 0.00015463789f);
  p = fma(p, r, 0.0013333497f);
  p = fma(p, r, 0.00961805f);
  p = fma(p, r, 0.05550411f);
  p = fma(p, r, 0.2402265f);
  return fma(p, r, 0.6931472f);
}

fn expm1_f32(x: f32) -> f32 {
  let c = clamp(x, -4e01f, 9e01f);
  let bits = round_bits_f32(c * 1.442695f);
  let k = rounded_value_f32(bits);
  let n = rounded_int_f32(bits);
  let own = exp_rest_f32(less_logs_f32(c, k));
  let value = scale_f32((1.0f - two_power_f32(max(-n, -127 + 1))) + own, n);
  return select(value, x, is_own_value_f32(x));
}

// Logarithms of 0, of numbers below and of what is no finite number.
fn log_edge_f32(x: f32) -> f32 {
  if x == 0.0f {
    return -inf_f32();
  }
  return select(nan_f32(), x, x > 0.0f);
}

fn is_log_edge_f32(x: f32) -> bool {
  return bitcast<u32>(x) - 1u >= 0x7f800000u - 1u;
}

// A positive number as (1 + fraction) * 2^exponent, 1 + fraction between the roots of 1/2 and 2.
struct Split_f32 {
  fraction: f32,
  exponent: f32,
  bits: i32,
}

fn split_f32(x: f32) -> Split_f32 {
  let subnormal = bitcast<u32>(x) < 0x00800000u;
  let bits = bitcast<u32>(select(x, x * 33554432.0f, subnormal));
  let shift = bitcast<i32>(bits - 0x3f3504f3u) >> 23u;
  let m = bitcast<f32>(bits - (bitcast<u32>(shift) << 23u));
  return Split_f32(m - 1.0f, f32(shift) - select(0.0f, 25.0f, subnormal), shift);
}

// k * log(2) + log(1 + f).
fn log_parts_f32(k: f32, f: f32) -> f32 {
  let q = f * f;
  var p = 0.069713466f;
  p = fma(p, f, -0.114830814f);
  p = fma(p, f, 0.11687025f);
  p = fma(p, f, -0.1242536f);
  p = fma(p, f, 0.14248876f);
  p = fma(p, f, -0.1666781f);
  p = fma(p, f, 0.2000072f);
  p = fma(p, f, -0.24999997f);
  p = fma(p, f, 0.3333333f);
  return fma(k, 0.69314575f, f + fma(p, f * q, fma(q, -0.5f, k * 1.4286068e-06f)));
}

fn log_f32(x: f32) -> f32 {
  if is_log_edge_f32(x) {
    return log_edge_f32(x);
  }
  let split = split_f32(x);
  return log_parts_f32(split.exponent, split.fraction);
}

fn log1p_f32(x: f32) -> f32 {
  let u = opaque_f32(1.0f + x);
  if is_log_edge_f32(u) {
    return log_edge_f32(u);
  }
  let x_seen = u - 1.0f;
  let lost = (1.0f - (u - x_seen)) + (x - x_seen);
  let split = split_f32(u);
  let correction = lost * two_power_f32(max(-split.bits, -127 + 1));
  let value = log_parts_f32(split.exponent, split.fraction + correction);
  return select(value, x, is_own_value_f32(x));
}

// log2 of a positive number, to half as many bits again.
fn log2_pair_f32(x: f32) -> vec2<f32> {
  let split = split_f32(x);
  let f = split.fraction;
  let dh = opaque_f32(2.0f + f);
  let dl = f - (dh - 2.0f);
  let sh = opaque_f32(f / dh);
  let product = opaque_f32(sh * dh);
  let rest = ((f - product) - product_error_f32(sh, dh, product)) - sh * dl;
  let s = vec2<f32>(sh, rest / dh);
  let z = product_pair_f32(s, s);
  let zh = z.x;
  var q = 0.09565042f;
  q = fma(q, zh, 0.11102203f);
  q = fma(q, zh, 0.14285767f);
  q = fma(q, zh, 0.2f);
  let third = product_pair_f32(z, vec2<f32>(0.33333334f, -9.934108e-09f));
  let w = sum_pair_f32(third, vec2<f32>(q * (zh * zh), 0.0f));
  let factor = sum_pair_f32(vec2<f32>(1.0f, 0.0f), w);
  let scaled = product_pair_f32(s, vec2<f32>(2.88539f, 3.851926e-08f));
  return sum_pair_f32(vec2<f32>(split.exponent, 0.0f), product_pair_f32(scaled, factor));
}

fn log2_f32(x: f32) -> f32 {
  if is_log_edge_f32(x) {
    return log_edge_f32(x);
  }
  let pair = log2_pair_f32(x);
  return pair.x + pair.y;
}

fn log10_f32(x: f32) -> f32 {
  if is_log_edge_f32(x) {
    return log_edge_f32(x);
  }
  let pair = product_pair_f32(log2_pair_f32(x), vec2<f32>(0.30103f, -1.4320989e-08f));
  return pair.x + pair.y;
}

// x^y is 2^(high + low) for a positive finite base. The logarithm to base 2 is 2 atanh(s) / log(2)
// for s = f / (2 + f); s, its factor and the exponent are cut in two, so that the leading products
// are exact and the result of the logarithm has half as many bits again.
fn power_exponent_f32(x: f32, y: f32) -> vec2<f32> {
  let split = split_f32(x);
  let f = split.fraction;
  let d = opaque_f32(2.0f + f);
  let inverse = 1.0f / d;
  let s_high = high_f32(f * inverse);
  let d_high = high_f32(d);
  let rest = ((f - s_high * d_high) - s_high * (d - d_high)) - s_high * (f - (d - 2.0f));
  let s_low = rest * inverse;
  let s = s_high + s_low;
  let z = s * s;
  var q = 0.09565042f;
  q = fma(q, z, 0.11102203f);
  q = fma(q, z, 0.14285767f);
  q = fma(q, z, 0.2f);
  q = fma(q, z, 0.33333334f);
  let rest_of_series = s_low + (s * z) * q;
  let series_high = high_f32(s_high + rest_of_series);
  let series_low = (s_high - series_high) + rest_of_series;
  let high = series_high * 2.8847656f;
  let low = fma(series_high, 0.0006244568f, series_low * 2.88539f);
  let sum = opaque_f32(split.exponent + high);
  let sum_low = (high - (sum - split.exponent)) + low;
  let y_high = high_f32(y);
  let sum_high = high_f32(sum);
  let rest_of_product = fma(y_high, sum - sum_high, (y - y_high) * sum);
  return vec2<f32>(y_high * sum_high, fma(y, sum_low, rest_of_product));
}

// A power of a positive finite base, whatever the exponent.
fn power_f32(x: f32, y: f32) -> f32 {
  // 2^e is out of range long before the bounds matter.
  let e = power_exponent_f32(x, clamp(y, -1.0995116e12f, 1.0995116e12f));
  let sum = e.x + e.y;
  let near = clamp(sum, -152.0f, 1.3e02f);
  let bits = round_bits_f32(near);
  let whole = rounded_value_f32(bits);
  let r = select(near - whole, (e.x - whole) + e.y, near == sum);
  return scale_f32(fma(exp2_slope_f32(r), r, 1.0f), rounded_int_f32(bits));
}

fn pow_f32(x: f32, y: f32) -> f32 {
  // Normal results of normal positive bases need no care.
  let e = power_exponent_f32(x, y);
  let sum = e.x + e.y;
  if (bitcast<u32>(x) - 0x00800000u < 0x7f000000u) & (abs(sum) < 125.0f) {
    let bits = round_bits_f32(sum);
    let r = (e.x - rounded_value_f32(bits)) + e.y;
    return scale_bits_f32(fma(exp2_slope_f32(r), r, 1.0f), bits);
  }
  // What images are full of.
  if (bitcast<u32>(x) == 0u) & (y > 0.0f) {
    return 0.0f;
  }
  let magnitude = power_f32(abs(x), y);
  let is_ordinary = (bitcast<u32>(x) - 1u < 0x7f7fffffu) & isfinite_f32(y);
  if is_ordinary {
    return magnitude;
  }
  return pow_edge_f32(x, y, magnitude);
}

// A power of a base that is not positive and finite, or to an exponent that is not finite.
fn pow_edge_f32(x: f32, y: f32, magnitude: f32) -> f32 {
  if (y == 0.0f) | (x == 1.0f) {
    return 1.0f;
  }
  if isnan_f32(x) | isnan_f32(y) {
    return nan_f32();
  }
  let whole = trunc(y) == y;
  let odd = whole & (abs(y) < 16777216.0f) & (abs(y * 0.5f - trunc(y * 0.5f)) == 0.5f);
  let sign_bit = select(0u, sign_bit_f32(x), odd);
  let a = abs(x);
  if (a == 0.0f) | isinf_f32(a) | isinf_f32(y) {
    let grows = select((a > 1.0f) == (y > 0.0f), true, false);
    let limit = select(0.0f, inf_f32(), grows);
    return flip_sign_f32(select(limit, 1.0f, a == 1.0f), sign_bit);
  }
  return select(flip_sign_f32(magnitude, sign_bit), nan_f32(), !whole);
}

// Native functions; the sign is still right.
fn pow_fast_f32(x: f32, y: f32) -> f32 {
  let whole = trunc(y) == y;
  let odd = whole & (abs(y * 0.5f - trunc(y * 0.5f)) == 0.5f);
  let magnitude = pow(abs(x), y);
  let signed = select(magnitude, -magnitude, odd & (x < 0.0f));
  return select(select(signed, nan_f32(), (x < 0.0f) & !whole), 1.0f, y == 0.0f);
}

fn cbrt_f32(x: f32) -> f32 {
  if (x == 0.0f) | !isfinite_f32(x) {
    return x;
  }
  let a = abs(x);
  let subnormal = a < 1.1754944e-38f;
  let v = select(a, a * 16777216.0f, subnormal);
  var t = bitcast<f32>(bitcast<u32>(v) / 3u + 0x2a50d166u);
  for (var i = 0; i < 1; i++) {
    let rough = v / (t * t);
    t = t + t * ((rough - t) / (t + t + rough));
  }
  // A third-order step from so few bits that the square is exact.
  let h = high_f32(t);
  let quotient = v / (h * h);
  t = h + h * ((quotient - h) / (h + h + quotient));
  return copysign_f32(select(t, t * 0.00390625f, subnormal), x);
}

fn hypot_f32(x: f32, y: f32) -> f32 {
  if isinf_f32(x) | isinf_f32(y) {
    return inf_f32();
  }
  let big = max(abs(x), abs(y));
  var down = 1.0f;
  var up = 1.0f;
  if big > 1.1529215e18f {
    down = 8.077936e-28f;
    up = 1.23794004e27f;
  } else if big < 9.094947e-13f {
    down = 1.23794004e27f;
    up = 8.077936e-28f;
  }
  let a = x * down;
  let b = y * down;
  return sqrt_of_f32(a * a + b * b) * up;
}

fn sqrt_of_f32(x: f32) -> f32 {
  return sqrt_f32(x);
}

// An angle less a multiple of a right angle: at most 45 degrees as an unevaluated sum, and the
// multiple modulo 4 in the low bits.
struct Angle_f32 {
  high: f32,
  low: f32,
  quadrant: u32,
}

fn reduce_angle_f32(x: f32) -> Angle_f32 {
  if (bitcast<u32>(x) & 0x7fffffffu) > 0x46000000u {
    return reduce_large_angle_f32(x);
  }
  // Up to 2^13: the parts of pi / 2 are so short that their products with k are exact.
  let bits = round_bits_f32(x * 0.63661975f);
  let k = rounded_value_f32(bits);
  var r = fma(-k, 1.5703125f, x);
  r = fma(-k, 0.0004837513f, r);
  r = fma(-k, 7.5495336e-08f, r);
  r = fma(-k, 2.563283e-12f, r);
  let last = k * 6.123234e-17f;
  let high = opaque_f32(r - last);
  return Angle_f32(high, (r - high) - last, bits);
}

// The high word of a product, by 16-bit halves.
fn high_word_f32(a: u32, b: u32) -> u32 {
  let a_low = a & 0xffffu;
  let a_high = a >> 16u;
  let b_low = b & 0xffffu;
  let b_high = b >> 16u;
  let low = a_low * b_low;
  let middle = a_high * b_low + (low >> 16u);
  let other = a_low * b_high + (middle & 0xffffu);
  return a_high * b_high + (middle >> 16u) + (other >> 16u);
}

// After Payne and Hanek, "Radian reduction for trigonometric functions", SIGNUM 18 (1983): of
// 2 / pi only those bits are multiplied that matter modulo 4.
fn reduce_large_angle_f32(x: f32) -> Angle_f32 {
  var two_over_pi = array<u32, 8>(
    0x00000000u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u,
    0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu,
  );
  let bits = bitcast<u32>(x) & 0x7fffffffu;
  if bits >= 0x7f800000u {
    return Angle_f32(nan_f32(), 0.0f, 0u);
  }
  // x is m * 2^(first + 2 - 32): the table begins with a word of zeros.
  let m = (bits & 0x007fffffu) | 0x00800000u;
  let first = (bits >> 23u) - 150u + 30u;
  let word = first >> 5u;
  let shift = first & 31u;
  var a = array<u32, 3>(0u, 0u, 0u);
  for (var i = 0u; i < 3u; i++) {
    a[i] = (two_over_pi[word + i] << shift) | ((two_over_pi[word + i + 1u] >> 1u) >> (31u - shift));
  }
  let low = m * a[1];
  let low_sum = low + high_word_f32(m, a[2]);
  let carry = select(0u, 1u, low_sum < low);
  let high = m * a[0] + high_word_f32(m, a[1]) + carry;
  let quadrant = (high + 0x20000000u) >> 30u;
  // The fraction in quarters of a turn, signed.
  var f_high = (high << 2u) | (low_sum >> 30u);
  var f_low = low_sum << 2u;
  let negative = (f_high & 0x80000000u) != 0u;
  if negative {
    f_low = ~f_low + 1u;
    f_high = ~f_high + select(0u, 1u, f_low == 0u);
  }
  let upper = f32(f_high & 0xffffff00u) * 2.3283064e-10f;
  let lower = f32(f_high & 0xffu) * 2.3283064e-10f + f32(f_low) * 5.421011e-20f;
  let sum = sum_pair_f32(vec2<f32>(upper, 0.0f), vec2<f32>(lower, 0.0f));
  let r = product_pair_f32(sum, vec2<f32>(1.5707964f, -4.371139e-08f));
  let backwards = select(0u, 0x80000000u, negative != (x < 0.0f));
  let turned = select(quadrant, 0u - quadrant, x < 0.0f);
  return Angle_f32(flip_sign_f32(r.x, backwards), flip_sign_f32(r.y, backwards), turned);
}

fn sin_reduced_f32(r: f32, low: f32) -> f32 {
  let z = r * r;
  var p = 2.7243782e-06f;
  p = fma(p, z, -0.00019840039f);
  p = fma(p, z, 0.008333332f);
  p = fma(p, z, -0.16666667f);
  return r + fma(r * z, p, low);
}

fn cos_reduced_f32(r: f32, low: f32) -> f32 {
  let z = r * r;
  var q = -2.7295832e-07f;
  q = fma(q, z, 2.480056e-05f);
  q = fma(q, z, -0.0013888888f);
  q = fma(q, z, 0.041666668f);
  return 1.0f + fma(z * z, q, fma(-0.5f, z, -(r * low)));
}

// x less m quarter turns, for an m of at most 11 bits: the first three parts of pi / 2 are so short
// that their products with m are exact.
fn less_quarters_f32(x: f32, m: f32) -> f32 {
  var r = fma(-m, 1.5705566f, x);
  r = fma(-m, 0.00023967028f, r);
  r = fma(-m, 1.5890691e-08f, r);
  return fma(-m, 2.563344e-12f, r);
}

// The sine of at most a quarter turn; the coefficients are moved by some units in the last place so
// that the sine of pi / 2 is 1.
fn sin_of_quarter_f32(r: f32) -> f32 {
  let z = r * r;
  var p = -2.4070633e-08f;
  p = fma(p, z, 2.7536048e-06f);
  p = fma(p, z, -0.0001984111f);
  p = fma(p, z, 0.00833333f);
  p = fma(p, z, -0.16666666f);
  return fma(r * z, p, r);
}

fn is_large_angle_f32(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x45000000u;
}

fn sin_f32(x: f32) -> f32 {
  if is_large_angle_f32(x) {
    return sin_large_f32(x);
  }
  let bits = round_bits_f32(x * 0.31830987f);
  let k = rounded_value_f32(bits);
  let value = flip_sign_f32(sin_of_quarter_f32(less_quarters_f32(x, k + k)), bits << 31u);
  return select(value, x, x == 0.0f);
}

fn sin_large_f32(x: f32) -> f32 {
  let angle = reduce_large_angle_f32(x);
  let sin = sin_reduced_f32(angle.high, angle.low);
  let cos = cos_reduced_f32(angle.high, angle.low);
  let value = select(sin, cos, (angle.quadrant & 1u) != 0u);
  return select(value, -value, (angle.quadrant & 2u) != 0u);
}

// A sine from an odd multiple of a quarter turn.
fn cos_f32(x: f32) -> f32 {
  if is_large_angle_f32(x) {
    return cos_large_f32(x);
  }
  let k = floor(x * 0.31830987f);
  let r = less_quarters_f32(x, k + k + 1.0f);
  let value = flip_sign_f32(sin_of_quarter_f32(r), bitcast<u32>(i32(k) + 1) << 31u);
  return select(value, 1.0f, abs(x) < 0.000244f);
}

fn cos_large_f32(x: f32) -> f32 {
  let angle = reduce_large_angle_f32(x);
  let sin = sin_reduced_f32(angle.high, angle.low);
  let cos = cos_reduced_f32(angle.high, angle.low);
  let value = select(cos, sin, (angle.quadrant & 1u) != 0u);
  return select(value, -value, ((angle.quadrant + 1u) & 2u) != 0u);
}

fn tan_f32(x: f32) -> f32 {
  let angle = reduce_angle_f32(x);
  let sin = sin_reduced_f32(angle.high, angle.low);
  let cos = cos_reduced_f32(angle.high, angle.low);
  let turned = (angle.quadrant & 1u) != 0u;
  let value = select(sin, -cos, turned) / select(cos, sin, turned);
  return select(value, x, x == 0.0f);
}

// arcsin(x) - x for at most 1/2; z is x * x.
fn asin_rest_f32(x: f32, z: f32) -> f32 {
  var p = 0.033700727f;
  p = fma(p, z, 0.017143717f);
  p = fma(p, z, 0.031101728f);
  p = fma(p, z, 0.04459932f);
  p = fma(p, z, 0.07500095f);
  p = fma(p, z, 0.16666666f);
  return x * z * p;
}

fn asin_f32(x: f32) -> f32 {
  let a = abs(x);
  if a <= 0.5f {
    return select(x + asin_rest_f32(x, x * x), x, x == 0.0f);
  }
  if !(a <= 1.0f) {
    return nan_f32();
  }
  // The root in two parts, so that nothing is lost against a right angle.
  let w = (1.0f - a) * 0.5f;
  let s = sqrt_of_f32(w);
  let h = high_f32(s);
  let c = select((w - h * h) / (s + h), 0.0f, s == 0.0f);
  let p_rest = 2.0f * asin_rest_f32(s, w) - (-4.371139e-08f - 2.0f * c);
  let first = opaque_f32(1.5707964f - 2.0f * h);
  let lost = (1.5707964f - first) - 2.0f * h;
  return copysign_f32(first - (p_rest - lost), x);
}

fn acos_f32(x: f32) -> f32 {
  let a = abs(x);
  if a <= 0.5f {
    return 1.5707964f - (x + (asin_rest_f32(x, x * x) - -4.371139e-08f));
  }
  let w = (1.0f - a) * 0.5f;
  let s = sqrt_of_f32(w);
  let half = s + asin_rest_f32(s, w);
  let value = select(half + half, 3.1415927f - (half + half - -8.742278e-08f), x < 0.0f);
  return select(nan_f32(), value, a <= 1.0f);
}

// arctan(num / den) for non-negative num and den, not both 0 or infinite.
fn atan_parts_f32(num: f32, den: f32) -> f32 {
  let steep = num > den * 2.4142137f;
  let middle = (num > den * 0.41421357f) & !steep;
  let n = select(select(num, num - den, middle), -den, steep);
  let d = select(select(den, num + den, middle), num, steep);
  let t = n / d;
  let z = t * t;
  var p = -0.06431039f;
  p = fma(p, z, 0.10737397f);
  p = fma(p, z, -0.14263366f);
  p = fma(p, z, 0.19999523f);
  p = fma(p, z, -0.3333333f);
  let base = select(select(0.0f, 0.7853982f, middle), 1.5707964f, steep);
  let base_low = select(select(0.0f, -2.1855694e-08f, middle), -4.371139e-08f, steep);
  return base + (t + fma(t * z, p, base_low));
}

fn atan_f32(x: f32) -> f32 {
  let value = copysign_f32(atan_parts_f32(abs(x), 1.0f), x);
  return select(select(value, x, is_own_value_f32(x)), copysign_f32(1.5707964f, x), isinf_f32(x));
}

fn atan2_f32(y: f32, x: f32) -> f32 {
  if isnan_f32(x) | isnan_f32(y) {
    return nan_f32();
  }
  var num = abs(y);
  var den = abs(x);
  // Infinities count as 1 against 0; zero against zero is an angle of 0.
  if isinf_f32(num) | isinf_f32(den) {
    num = select(0.0f, 1.0f, isinf_f32(num));
    den = select(0.0f, 1.0f, isinf_f32(den));
  }
  if (num == 0.0f) & (den == 0.0f) {
    den = 1.0f;
  }
  let most = max(num, den);
  let factor = select(select(1.0f, 1.0737418e09f, most < 8.077936e-28f), 0.0009765625f, most
    > 1.329228e36f);
  let angle = atan_parts_f32(opaque_f32(num * factor), opaque_f32(den * factor));
  let left = sign_bit_f32(x) != 0u;
  let whole = select(angle, 3.1415927f - (angle - -8.742278e-08f), left);
  return copysign_f32(whole, y);
}

// Quadrant and the angle within 45 degrees of it.
fn reduce_degrees_f32(x: f32) -> Angle_f32 {
  let rest = residue_f32(x, 3.6e02f);
  let quarter = round(rest / 9e01f);
  let degrees = rest - quarter * 9e01f;
  let unknown = select(0.0f, nan_f32(), !isfinite_f32(x));
  return Angle_f32(degrees + unknown, 0.0f, bitcast<u32>(i32(quarter)));
}

fn sin_of_degrees_f32(degrees: f32) -> f32 {
  let r = product_pair_f32(vec2<f32>(degrees, 0.0f), vec2<f32>(0.017453292f, 1.351996e-10f));
  let value = sin_reduced_f32(r.x, r.y);
  let small = select(value, degrees * 0.017453292f, is_own_value_f32(degrees));
  return select(small, copysign_f32(0.5f, degrees), abs(degrees) == 3e01f);
}

fn cos_of_degrees_f32(degrees: f32) -> f32 {
  let r = product_pair_f32(vec2<f32>(degrees, 0.0f), vec2<f32>(0.017453292f, 1.351996e-10f));
  return cos_reduced_f32(r.x, r.y);
}

fn sind_f32(x: f32) -> f32 {
  let angle = reduce_degrees_f32(x);
  let odd = (angle.quadrant & 1u) != 0u;
  let value = select(sin_of_degrees_f32(angle.high), cos_of_degrees_f32(angle.high), odd);
  let turned = select(value, -value, ((angle.quadrant & 2u) != 0u) & (value != 0.0f));
  return select(turned, x, x == 0.0f);
}

fn cosd_f32(x: f32) -> f32 {
  let angle = reduce_degrees_f32(x);
  let odd = (angle.quadrant & 1u) != 0u;
  let value = select(cos_of_degrees_f32(angle.high), sin_of_degrees_f32(angle.high), odd);
  let turned = select(value, -value, ((angle.quadrant + 1u) & 2u) != 0u);
  return select(turned, 0.0f, value == 0.0f);
}

fn tand_f32(x: f32) -> f32 {
  let angle = reduce_degrees_f32(x);
  let odd = (angle.quadrant & 1u) != 0u;
  if angle.high == 0.0f {
    let pole = select(inf_f32(), -inf_f32(), (angle.quadrant & 2u) != 0u);
    return select(select(0.0f, x, x == 0.0f), pole, odd);
  }
  let r = product_pair_f32(vec2<f32>(angle.high, 0.0f), vec2<f32>(0.017453292f, 1.351996e-10f));
  let tiny = is_own_value_f32(angle.high);
  let sin = select(sin_reduced_f32(r.x, r.y), angle.high * 0.017453292f, tiny);
  let cos = cos_reduced_f32(r.x, r.y);
  let value = select(sin, -cos, odd) / select(cos, sin, odd);
  let unit = select(copysign_f32(1.0f, angle.high), -copysign_f32(1.0f, angle.high), odd);
  return select(value, unit, abs(angle.high) == 45.0f);
}

fn degrees_of_f32(x: f32) -> f32 {
  let pair = product_pair_f32(vec2<f32>(x, 0.0f), vec2<f32>(57.29578f, -6.6880244e-07f));
  return pair.x + pair.y;
}

fn asind_f32(x: f32) -> f32 {
  let value = select(degrees_of_f32(asin_f32(x)), copysign_f32(3e01f, x), abs(x) == 0.5f);
  return select(value, x, x == 0.0f);
}

fn acosd_f32(x: f32) -> f32 {
  let third = select(6e01f, 1.2e02f, x < 0.0f);
  return select(degrees_of_f32(acos_f32(x)), third, abs(x) == 0.5f);
}

fn atand_f32(x: f32) -> f32 {
  let value = select(degrees_of_f32(atan_f32(x)), copysign_f32(45.0f, x), abs(x) == 1.0f);
  return select(value, x, x == 0.0f);
}

// e^a / 2 for positive a, without overflow where the result has none.
fn half_exp_f32(a: f32) -> f32 {
  let parts = exp_parts_f32(min(a, 9e01f), 0.0f);
  return scale_f32(1.0f + parts.value, parts.exponent - 1);
}

fn sinh_f32(x: f32) -> f32 {
  let a = abs(x);
  let z = a * a;
  var p = 2.8063312e-06f;
  p = fma(p, z, 0.00019838095f);
  p = fma(p, z, 0.008333339f);
  p = fma(p, z, 0.16666667f);
  let small = fma(a * z, p, a);
  let e = half_exp_f32(a);
  let value = copysign_f32(select(e - 0.25f / e, small, a < 1.0f), x);
  return select(value, x, is_own_value_f32(x));
}

fn cosh_f32(x: f32) -> f32 {
  let e = half_exp_f32(abs(x));
  return select(e + 0.25f / e, x, isnan_f32(x));
}

// (e^2a - 1) / (e^2a + 1), the numerator without cancellation.
fn tanh_f32(x: f32) -> f32 {
  // NaN stays.
  let a = select(abs(x), 1e01f, abs(x) > 1e01f);
  let bits = round_bits_f32(a * 2.88539f);
  let r = less_logs_f32(a + a, rounded_value_f32(bits));
  let power = scale_bits_f32(1.0f, bits);
  let e = fma(power, exp_rest_f32(r), power - 1.0f);
  return copysign_f32(e / (e + 2.0f), x);
}

fn asinh_f32(x: f32) -> f32 {
  let a = abs(x);
  var value = 0.0f;
  if a > 16384.0f {
    value = log_f32(a) + 0.6931472f;
  } else {
    let z = a * a;
    value = log1p_f32(a + z / (1.0f + sqrt_of_f32(z + 1.0f)));
  }
  return select(copysign_f32(value, x), x, is_own_value_f32(x));
}

fn acosh_f32(x: f32) -> f32 {
  if x > 16384.0f {
    return log_f32(x) + 0.6931472f;
  }
  let t = x - 1.0f;
  return select(nan_f32(), log1p_f32(t + sqrt_of_f32(t * (x + 1.0f))), x >= 1.0f);
}

fn atanh_f32(x: f32) -> f32 {
  let a = abs(x);
  let value = 0.5f * log1p_f32((a + a) / (1.0f - a));
  let inside = select(copysign_f32(value, x), x, is_own_value_f32(x));
  return select(inside, nan_f32(), a > 1.0f);
}

// The error function of at most 1 is x + x * this.
fn erf_factor_f32(x: f32) -> f32 {
  let z = x * x;
  var p = -9.666631e-06f;
  p = fma(p, z, 0.00011265824f);
  p = fma(p, z, -0.00084840634f);
  p = fma(p, z, 0.0052210307f);
  p = fma(p, z, -0.02686543f);
  p = fma(p, z, 0.11283782f);
  p = fma(p, z, -0.37612638f);
  p = fma(p, z, 0.12837917f);
  return p;
}

// erfc of at least 1.
fn erfc_large_f32(x: f32) -> f32 {
  let c = min(x, 10.2f);
  let h = high_f32(c);
  let square = -(h * h);
  let rest = (h - c) * (h + c);
  let high = opaque_f32(square + rest);
  let parts = exp_parts_f32(high, rest - (high - square));
  let d = c + 1.5f;
  let t = (c - 2.5f) / d;
  var p = -8.564958e-06f;
  p = fma(p, t, -6.294345e-05f);
  p = fma(p, t, -2.5669246e-05f);
  p = fma(p, t, 0.0003717394f);
  p = fma(p, t, 0.00062696467f);
  p = fma(p, t, -0.0018210587f);
  p = fma(p, t, -0.006175359f);
  p = fma(p, t, 0.014246438f);
  p = fma(p, t, 0.060142178f);
  p = fma(p, t, -0.3463321f);
  p = fma(p, t, 0.8432255f);
  let e = p / d;
  return scale_f32(fma(e, parts.value, e), parts.exponent);
}

fn erf_f32(x: f32) -> f32 {
  let a = abs(x);
  if a <= 1.0f {
    return select(fma(x, erf_factor_f32(x), x), x, x == 0.0f);
  }
  return select(copysign_f32(1.0f - erfc_large_f32(a), x), x, isnan_f32(x));
}

fn erfc_f32(x: f32) -> f32 {
  let a = abs(x);
  if a <= 1.0f {
    // From 1/2 on, 1 - x is exact.
    let rest = x * erf_factor_f32(x);
    return select(1.0f - (x + rest), (1.0f - x) - rest, x >= 0.5f);
  }
  let value = erfc_large_f32(a);
  return select(select(value, 2.0f - value, x < 0.0f), x, isnan_f32(x));
}

// value / divisor * 2^exponent, the first two unevaluated sums.
struct Quotient_f32 {
  value: vec2<f32>,
  divisor: vec2<f32>,
  exponent: i32,
}

// The quotient of two unevaluated sums, rounded little more than once.
fn quotient_f32(a: vec2<f32>, b: vec2<f32>) -> f32 {
  let near = opaque_f32(a.x / b.x);
  let product = opaque_f32(near * b.x);
  let rest = ((a.x - product) - product_error_f32(near, b.x, product)) + (a.y - near * b.y);
  return near + rest / b.x;
}

// The gamma function of a positive number, times a factor.
fn gamma_parts_f32(x: f32, factor: vec2<f32>) -> Quotient_f32 {
  if x >= 8.0f {
    // Stirling's series; the power in half as many bits again.
    let shifted = vec2<f32>(x - 0.5f, 0.0f);
    let power = product_pair_f32(log2_pair_f32(x), shifted);
    let decay = product_pair_f32(vec2<f32>(-x, 0.0f), vec2<f32>(1.442695f, 1.925963e-08f));
    let e = sum_pair_f32(sum_pair_f32(power, decay), vec2<f32>(1.3257481f, -2.1239488e-08f));
    let high = opaque_f32(e.x + e.y);
    let low = e.y - (high - e.x);
    let bits = round_bits_f32(high);
    let r = (high - rounded_value_f32(bits)) + low;
    let u = 1.0f / x;
    let power_part = exp2_fraction_f32(r);
    // The correction is up to a hundredth: a quotient needs its leading bits in the first part.
    let correction = fma(power_part.x, stirling_f32(u), power_part.y);
    let value = sum_pair_f32(vec2<f32>(power_part.x, 0.0f), vec2<f32>(correction, 0.0f));
    return Quotient_f32(product_pair_f32(value, factor), vec2<f32>(1.0f, 0.0f),
      rounded_int_f32(bits));
  }
  if x < 2.0f {
    let below = x < 1.0f;
    let w = select(x - 0.5f - 1.0f, x - 0.5f, below);
    let next = sum_pair_f32(vec2<f32>(1.0f, 0.0f), vec2<f32>(x, 0.0f));
    let own = vec2<f32>(x, 0.0f);
    let down = select(own, product_pair_f32(next, own), below);
    return Quotient_f32(product_pair_f32(gamma_middle_f32(w), factor), down, 0);
  }
  // The factors are exact; their product is kept to half as many bits again.
  var y = x;
  var up = factor;
  loop {
    if y < 3.0f {
      break;
    }
    y -= 1.0f;
    up = product_pair_f32(up, vec2<f32>(y, 0.0f));
  }
  let middle = product_pair_f32(gamma_middle_f32(y - 2.5f), up);
  return Quotient_f32(middle, vec2<f32>(1.0f, 0.0f), 0);
}

// gamma(2.5 + w) for at most 1/2, as an unevaluated sum.
fn gamma_middle_f32(w: f32) -> vec2<f32> {
  var p = 0.00079072925f;
  p = fma(p, w, 0.0016067232f);
  p = fma(p, w, 0.010385481f);
  p = fma(p, w, 0.028361086f);
  p = fma(p, w, 0.109673716f);
  p = fma(p, w, 0.25387123f);
  p = fma(p, w, 0.65455854f);
  p = fma(p, w, 0.9347345f);
  let rest = w * p;
  let high = opaque_f32(1.3293403f + rest);
  return vec2<f32>(high, rest - (high - 1.3293403f));
}

// Stirling's correction, less 1.
fn stirling_f32(u: f32) -> f32 {
  var p = 0.0007689681f;
  p = fma(p, u, -0.00022656047f);
  p = fma(p, u, -0.0026814821f);
  p = fma(p, u, 0.0034722248f);
  p = fma(p, u, 0.083333336f);
  return u * p;
}

// 2^r for at most 1/2, as an unevaluated sum.
fn exp2_fraction_f32(r: f32) -> vec2<f32> {
  let rest = r * exp2_slope_f32(r);
  let high = opaque_f32(1.0f + rest);
  return vec2<f32>(high, rest - (high - 1.0f));
}

// sin(pi * x) / (pi * x) for at most 1/2, as an unevaluated sum.
fn sin_half_turns_f32(x: f32) -> vec2<f32> {
  let z = x * x;
  var p = 0.0001424388f;
  p = fma(p, z, -0.0023440341f);
  p = fma(p, z, 0.0261475f);
  p = fma(p, z, -0.19075179f);
  p = fma(p, z, 0.8117424f);
  p = fma(p, z, -1.644934f);
  let rest = z * p;
  let high = opaque_f32(1.0f + rest);
  return vec2<f32>(high, rest - (high - 1.0f));
}

fn gamma_f32(x: f32) -> f32 {
  if x == 0.0f {
    return copysign_f32(inf_f32(), x);
  }
  if abs(x) < 1.4901161e-08f {
    return 1.0f / x;
  }
  if x > 0.0f {
    let parts = gamma_parts_f32(min(x, 36.0f), vec2<f32>(1.0f, 0.0f));
    return scale_f32(quotient_f32(parts.value, parts.divisor), parts.exponent);
  }
  if isnan_f32(x) {
    return x;
  }
  let nearest = round(x);
  if nearest == x {
    return inf_f32();
  }
  // Euler's reflection: gamma(x) gamma(1 - x) sin(pi x) = pi.
  let a = -max(x, -43.0f);
  let turn = x - nearest;
  let odd = abs(nearest * 0.5f - trunc(nearest * 0.5f)) == 0.5f;
  let sine = product_pair_f32(sin_half_turns_f32(turn), vec2<f32>(abs(turn), 0.0f));
  // gamma(1 + a), below 2 by the polynomial, which below 1 gives gamma(2 + a).
  let short = a < 2.0f;
  let below = a < 1.0f;
  let factor = product_pair_f32(vec2<f32>(select(a, 1.0f, short), 0.0f), sine);
  var parts = gamma_parts_f32(select(a, 2.5f, short), factor);
  if short {
    let w = select(a - 1.5f, a - 0.5f, below);
    parts.value = product_pair_f32(gamma_middle_f32(w), factor);
    let next = sum_pair_f32(vec2<f32>(1.0f, 0.0f), vec2<f32>(a, 0.0f));
    parts.divisor = select(vec2<f32>(1.0f, 0.0f), next, below);
  }
  let value = quotient_f32(parts.divisor, parts.value);
  let negative = (turn < 0.0f) != odd;
  let scaled = scale_f32(value, max(-parts.exponent, -250));
  return select(scaled, -scaled, negative);
}

// log(gamma(1 + w)) for at most 1/2.
fn gammaln_near_one_f32(w: f32) -> f32 {
  var p = 0.16753756f;
  p = fma(p, w, -0.17744412f);
  p = fma(p, w, 0.020409077f);
  p = fma(p, w, -0.023167953f);
  p = fma(p, w, 0.09514198f);
  p = fma(p, w, -0.103370234f);
  p = fma(p, w, 0.09864394f);
  p = fma(p, w, -0.10980157f);
  p = fma(p, w, 0.12560545f);
  p = fma(p, w, -0.14415073f);
  p = fma(p, w, 0.16955411f);
  p = fma(p, w, -0.20738234f);
  p = fma(p, w, 0.27058086f);
  p = fma(p, w, -0.40068567f);
  p = fma(p, w, 0.822467f);
  p = fma(p, w, -0.5772157f);
  return w * p;
}

// log(gamma(2 + w)) for at most 1/2.
fn gammaln_near_two_f32(w: f32) -> f32 {
  var p = -5.2112737e-05f;
  p = fma(p, w, 0.000115050854f);
  p = fma(p, w, -0.0002212947f);
  p = fma(p, w, 0.00050563505f);
  p = fma(p, w, -0.0011929611f);
  p = fma(p, w, 0.0028909596f);
  p = fma(p, w, -0.0073855417f);
  p = fma(p, w, 0.02058079f);
  p = fma(p, w, -0.0673523f);
  p = fma(p, w, 0.32246703f);
  p = fma(p, w, 0.42278433f);
  return w * p;
}

fn gammaln_f32(x: f32) -> f32 {
  if isnan_f32(x) | (x == inf_f32()) {
    return x;
  }
  if x <= 0.0f {
    return select(nan_f32(), inf_f32(), trunc(x) == x);
  }
  if x >= 8.0f {
    let u = 1.0f / x;
    let z = u * u;
  var p = 0.00078003044f;
  p = fma(p, z, -0.0027776984f);
  p = fma(p, z, 0.083333336f);
    return fma(x - 0.5f, log_f32(x) - 1.0f, fma(u, p, 0.41893855f));
  }
  if x < 0.5f {
    return gammaln_near_one_f32(x) - log_f32(x);
  }
  if x < 1.5f {
    return select(gammaln_near_one_f32(x - 1.0f), 0.0f, x == 1.0f);
  }
  var y = x;
  var product = 1.0f;
  loop {
    if y < 2.5f {
      break;
    }
    y -= 1.0f;
    product *= y;
  }
  return gammaln_near_two_f32(y - 2.0f) + log_f32(product);
}

// Uniform over (0, 1): odd multiples of 2^-24.
fn rand_f32(block: vec4<u32>) -> vec4<f32> {
  // The leading 23 bits between 1 and 2, less 1 - 2^-24: exact, and no integer is converted.
  let bits = (block >> vec4<u32>(9u)) | vec4<u32>(0x3f800000u);
  return bitcast<vec4<f32>>(bits) - 0.99999994f;
}


// cos_reduced_f32(r, 0), the same bits with fewer operations.
fn cos_near_f32(r: f32) -> f32 {
  let z = r * r;
  var q = -2.7295832e-07f;
  q = fma(q, z, 2.480056e-05f);
  q = fma(q, z, -0.0013888888f);
  q = fma(q, z, 0.041666668f);
  return 1.0f + fma(z * z, q, -0.5f * z);
}

// Box and Muller's transform of two uniforms.
fn normal_pair_f32(first: f32, second: f32) -> vec2<f32> {
  // The uniform is no subnormal number.
  let shift = bitcast<i32>(bitcast<u32>(first) - 0x3f3504f3u) >> 23u;
  let m = bitcast<f32>(bitcast<u32>(first) - (bitcast<u32>(shift) << 23u));
  let radius = sqrt(-2.0f * log_parts_f32(f32(shift), m - 1.0f));
  // Of a turn the nearest quarter goes, exactly.
  let bits = round_bits_f32(second * 4.0f);
  let r = fma(rounded_value_f32(bits), -0.25f, second) * 6.2831855f;
  let sin = sin_reduced_f32(r, 0.0f);
  let cos = cos_near_f32(r);
  let odd = (bits & 1u) != 0u;
  let sin_sign = (bits & 2u) << 30u;
  let cos_sign = ((bits + 1u) & 2u) << 30u;
  return radius * vec2<f32>(
    flip_sign_f32(select(cos, sin, odd), cos_sign),
    flip_sign_f32(select(sin, cos, odd), sin_sign),
  );
}

fn randn_f32(block: vec4<u32>) -> vec4<f32> {
  let unit = rand_f32(block);
  return vec4<f32>(normal_pair_f32(unit.x, unit.y), normal_pair_f32(unit.z, unit.w));
}

fn randn_fast_f32(block: vec4<u32>) -> vec4<f32> {
  let unit = rand_f32(block);
  let radius = sqrt(-2.0f * log(unit.xz));
  let angle = unit.yw * 6.2831855f;
  let along = radius * cos(angle);
  let across = radius * sin(angle);
  return vec4<f32>(along.x, across.x, along.y, across.y);
}
