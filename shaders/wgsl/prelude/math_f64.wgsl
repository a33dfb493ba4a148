// Elementary functions of f64, at most 4 units in the last place from the exact result. SPIR-V
// has none of its own. Bits of f64 are seen through u64, so kernels that use these functions
// need SHADER_INT64 beside SHADER_F64.
//
// Nothing relies on fma() being fused: some drivers make a product and a sum of it. Nothing is
// spoilt by a driver that contracts a product and a sum either: where an exact rounding error is
// wanted, products have short factors, and rounded sums pass through opaque(), because drivers
// simplify (a + b) - a otherwise. Coefficients interpolate at Chebyshev nodes.

// A value that the compiler cannot see through, so that its rounding stays.
fn opaque_f64(x: f64) -> f64 {
  let bits = bitcast<u64>(x);
  return bitcast<f64>(max(bits, bits & 0x7ffffffffffffffflu));
}

fn isnan_f64(x: f64) -> bool {
  return (bitcast<u64>(x) & 0x7ffffffffffffffflu) > 0x7ff0000000000000lu;
}

fn isinf_f64(x: f64) -> bool {
  return (bitcast<u64>(x) & 0x7ffffffffffffffflu) == 0x7ff0000000000000lu;
}

fn isfinite_f64(x: f64) -> bool {
  return (bitcast<u64>(x) & 0x7ffffffffffffffflu) < 0x7ff0000000000000lu;
}

// WGSL has no literal for it, and a constant expression of it is refused: hence the variable.
fn nan_f64() -> f64 {
  var bits = 0x7ff8000000000000lu;
  return bitcast<f64>(bits);
}

fn inf_f64() -> f64 {
  var bits = 0x7ff0000000000000lu;
  return bitcast<f64>(bits);
}

// The magnitude of one value with the sign of another.
fn copysign_f64(magnitude: f64, sign: f64) -> f64 {
  return bitcast<f64>((bitcast<u64>(magnitude) & 0x7ffffffffffffffflu) | (bitcast<u64>(sign)
    & 0x8000000000000000lu));
}

fn sign_bit_f64(x: f64) -> u64 {
  return bitcast<u64>(x) & 0x8000000000000000lu;
}

fn flip_sign_f64(x: f64, sign_bit: u64) -> f64 {
  return bitcast<f64>(bitcast<u64>(x) ^ sign_bit);
}

// True for NaN and where x + O(x^2) rounds to x.
fn is_own_value_f64(x: f64) -> bool {
  return (bitcast<u64>(x) & 0x7ffffffffffffffflu) - 0x3c80000000000000lu
    > 0x7ff0000000000000lu - 0x3c80000000000000lu;
}

fn sign_f64(x: f64) -> f64 {
  return select(select(select(x, 0.0lf, x == 0.0lf), -1.0lf, x < 0.0lf), 1.0lf, x > 0.0lf);
}

fn min_f64(a: f64, b: f64) -> f64 {
  return select(a, b, (b <= a) | isnan_f64(a));
}

fn max_f64(a: f64, b: f64) -> f64 {
  return select(a, b, (b >= a) | isnan_f64(a));
}

// By bits: Mesa's software device gives numbers from 2^24 on back as they are, unless the host has
// 512-bit vectors.
fn trunc_f64(x: f64) -> f64 {
  let bits = bitcast<u64>(x);
  let exponent = u32(bits >> 52u) & 0x7ffu;
  let fraction = 0x000ffffffffffffflu >> (clamp(exponent, 1023u, 1075u) - 1023u);
  return bitcast<f64>(select(bits & ~fraction, bits & 0x8000000000000000lu, exponent < 1023u));
}

fn floor_f64(x: f64) -> f64 {
  let whole = trunc_f64(x);
  return select(whole, whole - 1.0lf, whole > x);
}

fn ceil_f64(x: f64) -> f64 {
  let whole = trunc_f64(x);
  return select(whole, whole + 1.0lf, whole < x);
}

// Halves away from zero.
fn round_f64(x: f64) -> f64 {
  let whole = trunc_f64(x);
  return select(whole, whole + copysign_f64(1.0lf, x), abs(x - whole) >= 0.5lf);
}

fn any_f64(x: f64) -> bool {
  return (x != 0.0lf) & !isnan_f64(x);
}

fn all_f64(x: f64) -> bool {
  return (x != 0.0lf) | isnan_f64(x);
}

// Saturating, halves away from zero, NaN to 0.
fn i32_of_f64(x: f64) -> i32 {
  let whole = round_f64(x);
  let inside = (whole >= -2147483648.0lf) & (whole < 2147483648.0lf);
  let outside = select(select(-2147483647i - 1i, 2147483647i, x > 0.0lf), 0i, isnan_f64(x));
  return select(outside, i32(select(0.0lf, whole, inside)), inside);
}

fn u32_of_f64(x: f64) -> u32 {
  let whole = round_f64(x);
  let inside = (whole >= 0.0lf) & (whole < 4294967296.0lf);
  let outside = select(0u, 4294967295u, (x > 0.0lf) & !isnan_f64(x));
  return select(outside, u32(select(0.0lf, whole, inside)), inside);
}

// The rounding error of a + b. After Knuth, TAOCP vol. 2, 4.2.2.
fn sum_error_f64(a: f64, b: f64) -> f64 {
  let sum = opaque_f64(a + b);
  let b_seen = sum - a;
  return (a - (sum - b_seen)) + (b - b_seen);
}

// An infinite or undefined sum is itself: its error is undefined.
fn sum_finish_f64(sum: f64, error: f64) -> f64 {
  return select(sum, sum + error, isfinite_f64(sum));
}

// x as a fraction from 1 to 2, with the sign of x; 0, the infinities and NaN as they are.
fn fraction_f64(x: f64) -> f64 {
  let scaled = select(x, x * 18014398509481984.0lf, exponent_bits_f64(x) == 0i);
  let fraction = bitcast<f64>((bitcast<u64>(scaled) & 0x800ffffffffffffflu) | 0x3ff0000000000000lu);
  return select(fraction, x, (x == 0.0lf) | !isfinite_f64(x));
}

// The exponent that belongs to the fraction.
fn exponent_f64(x: f64) -> i32 {
  let bits = exponent_bits_f64(x);
  let scaled_bits = exponent_bits_f64(x * 18014398509481984.0lf) - 54i;
  return select(select(bits, scaled_bits, bits == 0i) - 1023i, 0i, (x == 0.0lf) | !isfinite_f64(x));
}

fn product_step_f64(a: f64, x: f64) -> f64 {
  return fraction_f64(a * fraction_f64(x));
}

// Far beyond what a result can hold, exponents stay where they are.
fn product_exponent_f64(a: f64, a_exponent: u32, x: f64, x_exponent: u32) -> u32 {
  let step = exponent_f64(x) + exponent_f64(a * fraction_f64(x));
  let sum = bitcast<i32>(a_exponent) + bitcast<i32>(x_exponent);
  return bitcast<u32>(clamp(sum, -1000000000i, 1000000000i) + step);
}

// 2^exponent of a normal number.
fn power_of_two_f64(exponent: i32) -> f64 {
  return bitcast<f64>(u64(exponent + 1023i) << 52u);
}

// In two steps, of which the first is exact.
fn product_finish_f64(a: f64, exponent_bits: u32) -> f64 {
  let exponent = bitcast<i32>(exponent_bits);
  let first = clamp(exponent, -1022i, 1023i);
  let second = clamp(exponent - first, -1022i, 1023i);
  return (a * power_of_two_f64(first)) * power_of_two_f64(second);
}

// What squares of a norm are summed apart: of elements beyond 2^486, scaled by 2^-538,
fn norm_large_f64(x: f64) -> f64 {
  let scaled = x * bitcast<f64>(0x1e50000000000000lu);
  return select(0.0lf, scaled * scaled, abs(x) > bitcast<f64>(0x5e50000000000000lu));
}

// of elements below 2^-450, scaled by 2^600,
fn norm_small_f64(x: f64) -> f64 {
  let scaled = x * bitcast<f64>(0x6570000000000000lu);
  return select(0.0lf, scaled * scaled, abs(x) < bitcast<f64>(0x23d0000000000000lu));
}

// and of all others.
fn norm_usual_f64(x: f64) -> f64 {
  let apart = (abs(x) > bitcast<f64>(0x5e50000000000000lu)) | (abs(x) < bitcast<f64>(0x23d0000000000000lu));
  return select(x * x, 0.0lf, apart & !isnan_f64(x));
}

fn norm_finish_f64(large: f64, sum: f64, error: f64, small: f64) -> f64 {
  let usual = sum_finish_f64(sum, error);
  // Not left to the arithmetic: a software device loses NaN beside an infinity.
  if isnan_f64(usual) {
    return usual;
  }
  let down = bitcast<f64>(0x1e50000000000000lu);
  let small_down = bitcast<f64>(0x1a70000000000000lu);
  if large > 0.0lf {
    return sqrt_of_f64(large + usual * down * down) * bitcast<f64>(0x6190000000000000lu);
  }
  if (small > 0.0lf) & (usual == 0.0lf) {
    return sqrt_of_f64(small) * small_down;
  }
  return sqrt_of_f64(usual + small * small_down * small_down);
}

// Welford's update of a mean, Technometrics 4 (1962), and of the squared deviations.
fn mean_step_f64(count: u32, mean: f64, x: f64) -> f64 {
  return mean + (x - mean) / f64(count + 1u);
}

fn square_step_f64(count: u32, mean: f64, x: f64) -> f64 {
  return (x - mean) * (x - mean_step_f64(count, mean, x));
}

// Chan, Golub and LeVeque's combination of two means and of their squared deviations.
fn mean_combine_f64(a_count: u32, a: f64, b_count: u32, b: f64) -> f64 {
  let part = f64(b_count) / f64(max(a_count + b_count, 1u));
  return select(a + (b - a) * part, b, a_count == 0u);
}

fn square_combine_f64(a_count: u32, a: f64, b_count: u32, b: f64) -> f64 {
  let part = f64(b_count) / f64(max(a_count + b_count, 1u));
  let apart = b - a;
  return select(apart * apart * (f64(a_count) * part), 0.0lf, (a_count == 0u) | (b_count == 0u));
}

fn variance_finish_f64(count: u32, squares: f64, error: f64) -> f64 {
  return sum_finish_f64(squares, error) / f64(max(count, 2u) - 1u);
}

// Whether an element wins over the best so far; the earlier of equals does.
fn wins_min_f64(a: f64, a_index: u32, b: f64, b_index: u32) -> bool {
  return (a < b) | ((a == b) & (a_index < b_index)) | (isnan_f64(b) & !isnan_f64(a));
}

fn wins_max_f64(a: f64, a_index: u32, b: f64, b_index: u32) -> bool {
  return (a > b) | ((a == b) & (a_index < b_index)) | (isnan_f64(b) & !isnan_f64(a));
}

fn exponent_bits_f64(x: f64) -> i32 {
  return bitcast<i32>(u32((bitcast<u64>(x) & 0x7ffffffffffffffflu) >> 52u));
}

// x modulo y with either sign, below y in magnitude. Each step takes a quotient so short that
// its product with y is subtracted exactly, and takes 26 bits of 2098 off; a device without
// subnormal numbers may see no end.
fn residue_f64(x: f64, y: f64) -> f64 {
  var rest = x;
  for (var i = 0; i < 96; i++) {
    if !(abs(rest) >= abs(y)) {
      break;
    }
    // The divisor is brought near enough for a finite quotient.
    let above = exponent_bits_f64(rest) - exponent_bits_f64(y) - 500;
    let divisor = scale_f64(y, max(above, 0));
    rest = residue_step_f64(rest, divisor, rest / divisor);
  }
  return rest;
}

// rest - round(quotient) * divisor, the quotient cut to 26 bits, the divisor in two halves.
fn residue_step_f64(rest: f64, divisor: f64, quotient: f64) -> f64 {
  let short = bitcast<f64>((bitcast<u64>(quotient) + 0x4000000lu) & 0xfffffffff8000000lu);
  let whole = select(round_f64(short), short, abs(short) >= 67108864.0lf);
  // Against overflow of a product that is nearly the largest number.
  let large = abs(rest) > 1.0715086071862673e301lf;
  let high = high_f64(divisor);
  let down = select(1.0lf, 0.0625lf, large);
  let part = opaque_f64(high * down);
  let less = opaque_f64(fma(-whole, part, rest * down));
  let least = fma(-whole, opaque_f64((divisor - high) * down), less);
  return select(least, least * 16.0lf, large);
}

// Whether x / y is whole but for rounding; MATLAB takes it as whole if y is not.
fn near_multiple_f64(x: f64, y: f64) -> bool {
  let quotient = x / y;
  let whole = round_f64(quotient);
  return (y != trunc_f64(y)) & (whole != 0.0lf)
    & (abs(quotient - whole) < abs(whole) * 2.220446049250313e-16lf);
}

fn mod_f64(x: f64, y: f64) -> f64 {
  if y == 0.0lf {
    return x;
  }
  if !isfinite_f64(x) | isnan_f64(y) {
    return nan_f64();
  }
  var rest = residue_f64(x, y);
  if (rest == 0.0lf) | near_multiple_f64(x, y) {
    return copysign_f64(0.0lf, y);
  }
  return select(rest, rest + y, (rest < 0.0lf) != (y < 0.0lf));
}

fn rem_f64(x: f64, y: f64) -> f64 {
  if (y == 0.0lf) | !isfinite_f64(x) | isnan_f64(y) {
    return nan_f64();
  }
  var rest = residue_f64(x, y);
  if (rest == 0.0lf) | near_multiple_f64(x, y) {
    return copysign_f64(0.0lf, x);
  }
  return select(rest, rest + copysign_f64(y, x), (rest < 0.0lf) != (x < 0.0lf));
}

// The leading half of the significant bits.
fn high_f64(x: f64) -> f64 {
  return bitcast<f64>(bitcast<u64>(x) & 0xfffffffff8000000lu);
}

// The rounding error of product = a * b, which must be opaque. After Dekker, 1971.
fn product_error_f64(a: f64, b: f64, product: f64) -> f64 {
  let ah = high_f64(a);
  let al = a - ah;
  let bh = high_f64(b);
  let bl = b - bh;
  return ((ah * bh - product) + (ah * bl + al * bh)) + al * bl;
}

// Product of two unevaluated sums.
fn product_pair_f64(a: vec2<f64>, b: vec2<f64>) -> vec2<f64> {
  let high = opaque_f64(a.x * b.x);
  let low = product_error_f64(a.x, b.x, high) + (a.x * b.y + a.y * b.x);
  return vec2<f64>(high, low);
}

// Sum of two unevaluated sums; the first is the larger or 0.
fn sum_pair_f64(a: vec2<f64>, b: vec2<f64>) -> vec2<f64> {
  let high = opaque_f64(a.x + b.x);
  return vec2<f64>(high, (b.x - (high - a.x)) + (a.y + b.y));
}

// 2^k of a normal result.
fn two_power_f64(k: i32) -> f64 {
  return bitcast<f64>(u64(u32(k + 1023)) << 52u);
}

// x * 2^k, rounded once.
fn scale_f64(x: f64, k: i32) -> f64 {
  let half = k >> 1u;
  return (x * two_power_f64(half)) * two_power_f64(k - half);
}

// The nearest whole number of a value far below 2^52, in the low bits of the sum.
fn round_bits_f64(x: f64) -> u64 {
  return bitcast<u64>(x + 6755399441055744.0lf);
}

// That number; the operation on bits keeps the difference from being simplified.
fn rounded_value_f64(bits: u64) -> f64 {
  return bitcast<f64>(bits | 0x4330000000000000lu) - 6755399441055744.0lf;
}

fn rounded_int_f64(bits: u64) -> i32 {
  return bitcast<i32>(u32(bits & 0xfffffffflu));
}

// value * 2^exponent.
struct Scaled_f64 {
  value: f64,
  exponent: i32,
}

// e^(high + low) is (1 + value) * 2^exponent.
fn exp_parts_f64(high: f64, low: f64) -> Scaled_f64 {
  let bits = round_bits_f64(high * 1.4426950408889634lf);
  let k = rounded_value_f64(bits);
  let r = fma(-k, 2.8235290563031577e-13lf, fma(-k, 0.693147180559663lf, high) + low);
  var p = 2.0916990996535857e-09lf;
  p = fma(p, r, 2.510844347632036e-08lf);
  p = fma(p, r, 2.7557267939221374e-07lf);
  p = fma(p, r, 2.7557247412720577e-06lf);
  p = fma(p, r, 2.4801587330182392e-05lf);
  p = fma(p, r, 0.00019841269881310777lf);
  p = fma(p, r, 0.0013888888888882382lf);
  p = fma(p, r, 0.00833333333332422lf);
  p = fma(p, r, 0.04166666666666667lf);
  p = fma(p, r, 0.1666666666666667lf);
  p = fma(p, r, 0.5lf);
  return Scaled_f64(fma(r * r, p, r), rounded_int_f64(bits));
}

fn exp_f64(x: f64) -> f64 {
  let parts = exp_parts_f64(clamp(x, -750.0lf, 711.0lf), 0.0lf);
  return select(scale_f64(1.0lf + parts.value, parts.exponent), x, isnan_f64(x));
}

fn exp2_f64(x: f64) -> f64 {
  return select(exp2_pair_f64(x, 0.0lf), x, isnan_f64(x));
}

// 2^(high + low).
fn exp2_pair_f64(high: f64, low: f64) -> f64 {
  let c = clamp(high, -1080.0lf, 1030.0lf);
  let bits = round_bits_f64(c);
  let r = (c - rounded_value_f64(bits)) + low;
  var p = 1.371799246958512e-12lf;
  p = fma(p, r, 2.573579797445005e-11lf);
  p = fma(p, r, 4.445529652309599e-10lf);
  p = fma(p, r, 7.0548929646755265e-09lf);
  p = fma(p, r, 1.0178086022693292e-07lf);
  p = fma(p, r, 1.3215486819263733e-06lf);
  p = fma(p, r, 1.5252733804049633e-05lf);
  p = fma(p, r, 0.00015403530393359518lf);
  p = fma(p, r, 0.0013333558146428448lf);
  p = fma(p, r, 0.009618129107628484lf);
  p = fma(p, r, 0.05550410866482158lf);
  p = fma(p, r, 0.24022650695910072lf);
  p = fma(p, r, 0.6931471805599453lf);
  return scale_f64(fma(p, r, 1.0lf), rounded_int_f64(bits));
}

fn expm1_f64(x: f64) -> f64 {
  let c = clamp(x, -40.0lf, 711.0lf);
  let bits = round_bits_f64(c * 1.4426950408889634lf);
  let k = rounded_value_f64(bits);
  let n = rounded_int_f64(bits);
  let r = fma(-k, 2.8235290563031577e-13lf, fma(-k, 0.693147180559663lf, c));
  var p = 2.0916990996535857e-09lf;
  p = fma(p, r, 2.510844347632036e-08lf);
  p = fma(p, r, 2.7557267939221374e-07lf);
  p = fma(p, r, 2.7557247412720577e-06lf);
  p = fma(p, r, 2.4801587330182392e-05lf);
  p = fma(p, r, 0.00019841269881310777lf);
  p = fma(p, r, 0.0013888888888882382lf);
  p = fma(p, r, 0.00833333333332422lf);
  p = fma(p, r, 0.04166666666666667lf);
  p = fma(p, r, 0.1666666666666667lf);
  p = fma(p, r, 0.5lf);
  let own = fma(r * r, p, r);
  let value = scale_f64((1.0lf - two_power_f64(max(-n, -1023 + 1))) + own, n);
  return select(value, x, is_own_value_f64(x));
}

// Logarithms of 0, of numbers below and of what is no finite number.
fn log_edge_f64(x: f64) -> f64 {
  if x == 0.0lf {
    return -inf_f64();
  }
  return select(nan_f64(), x, x > 0.0lf);
}

fn is_log_edge_f64(x: f64) -> bool {
  return bitcast<u64>(x) - 1lu >= 0x7ff0000000000000lu - 1lu;
}

// A positive number as (1 + fraction) * 2^exponent, 1 + fraction between the roots of 1/2 and 2.
struct Split_f64 {
  fraction: f64,
  exponent: f64,
  bits: i32,
}

fn split_f64(x: f64) -> Split_f64 {
  let subnormal = bitcast<u64>(x) < 0x0010000000000000lu;
  let bits = bitcast<u64>(select(x, x * 1.8014398509481984e16lf, subnormal));
  let shift = bitcast<i32>(u32((bits - 0x3fe6a09e667f3bcdlu) >> 32u)) >> 20u;
  let m = bitcast<f64>(bits - (u64(bitcast<u32>(shift)) << 52u));
  return Split_f64(m - 1.0lf, f64(shift) - select(0.0lf, 54.0lf, subnormal), shift);
}

// k * log(2) + log(1 + f).
fn log_parts_f64(k: f64, f: f64) -> f64 {
  let s = f / (2.0lf + f);
  let z = s * s;
  let q = 0.5lf * f * f;
  var p = 0.1310072138350349lf;
  p = fma(p, z, 0.13267418596474884lf);
  p = fma(p, z, 0.15386290534658992lf);
  p = fma(p, z, 0.181817947008978lf);
  p = fma(p, z, 0.2222222240054776lf);
  p = fma(p, z, 0.2857142857076445lf);
  p = fma(p, z, 0.4000000000000094lf);
  p = fma(p, z, 0.6666666666666666lf);
  return fma(k, 0.693147180559663lf, f - (q - fma(s, fma(p, z, q), k * 2.8235290563031577e-13lf)));
}

fn log_f64(x: f64) -> f64 {
  if is_log_edge_f64(x) {
    return log_edge_f64(x);
  }
  let split = split_f64(x);
  return log_parts_f64(split.exponent, split.fraction);
}

fn log1p_f64(x: f64) -> f64 {
  let u = opaque_f64(1.0lf + x);
  if is_log_edge_f64(u) {
    return log_edge_f64(u);
  }
  let x_seen = u - 1.0lf;
  let lost = (1.0lf - (u - x_seen)) + (x - x_seen);
  let split = split_f64(u);
  let correction = lost * two_power_f64(max(-split.bits, -1023 + 1));
  let value = log_parts_f64(split.exponent, split.fraction + correction);
  return select(value, x, is_own_value_f64(x));
}

// log2 of a positive number, to half as many bits again.
fn log2_pair_f64(x: f64) -> vec2<f64> {
  let split = split_f64(x);
  let f = split.fraction;
  let dh = opaque_f64(2.0lf + f);
  let dl = f - (dh - 2.0lf);
  let sh = opaque_f64(f / dh);
  let product = opaque_f64(sh * dh);
  let rest = ((f - product) - product_error_f64(sh, dh, product)) - sh * dl;
  let s = vec2<f64>(sh, rest / dh);
  let z = product_pair_f64(s, s);
  let zh = z.x;
  var q = 0.05867909427756484lf;
  q = fma(q, zh, 0.05852510783769314lf);
  q = fma(q, zh, 0.06667425141273557lf);
  q = fma(q, zh, 0.07692297060063184lf);
  q = fma(q, zh, 0.09090909171658063lf);
  q = fma(q, zh, 0.1111111111081038lf);
  q = fma(q, zh, 0.14285714285714712lf);
  q = fma(q, zh, 0.2lf);
  let third = product_pair_f64(z, vec2<f64>(0.3333333333333333lf, 1.850371707708594e-17lf));
  let w = sum_pair_f64(third, vec2<f64>(q * (zh * zh), 0.0lf));
  let factor = sum_pair_f64(vec2<f64>(1.0lf, 0.0lf), w);
  let scaled = product_pair_f64(s, vec2<f64>(2.8853900817779268lf, 4.0710547481862066e-17lf));
  return sum_pair_f64(vec2<f64>(split.exponent, 0.0lf), product_pair_f64(scaled, factor));
}

fn log2_f64(x: f64) -> f64 {
  if is_log_edge_f64(x) {
    return log_edge_f64(x);
  }
  let pair = log2_pair_f64(x);
  return pair.x + pair.y;
}

fn log10_f64(x: f64) -> f64 {
  if is_log_edge_f64(x) {
    return log_edge_f64(x);
  }
  let pair = product_pair_f64(log2_pair_f64(x), vec2<f64>(0.3010299956639812lf,
    -2.8037281277851704e-18lf));
  return pair.x + pair.y;
}

// Magnitude of a power of a positive finite base.
fn power_f64(x: f64, y: f64) -> f64 {
  let c = clamp(y, -1.1805916207174113e21lf, 1.1805916207174113e21lf);
  let e = product_pair_f64(log2_pair_f64(x), vec2<f64>(c, 0.0lf));
  let high = opaque_f64(e.x + e.y);
  let low = e.y - (high - e.x);
  return exp2_pair_f64(high, select(0.0lf, low, abs(high) < 1030.0lf));
}

fn pow_f64(x: f64, y: f64) -> f64 {
  if (y == 0.0lf) | (x == 1.0lf) {
    return 1.0lf;
  }
  if isnan_f64(x) | isnan_f64(y) {
    return nan_f64();
  }
  let whole = trunc_f64(y) == y;
  let half = y * 0.5lf;
  let odd = whole & (abs(y) < 9007199254740992.0lf) & (abs(half - trunc_f64(half)) == 0.5lf);
  let sign_bit = select(0lu, sign_bit_f64(x), odd);
  let a = abs(x);
  // NVIDIA's compiler does not find the infinity of a magnitude that it has just taken.
  if (a == 0.0lf) | !isfinite_f64(x) | !isfinite_f64(y) {
    let grows = select((a > 1.0lf) == (y > 0.0lf), true, false);
    let limit = select(0.0lf, inf_f64(), grows);
    return flip_sign_f64(select(limit, 1.0lf, a == 1.0lf), sign_bit);
  }
  if (x < 0.0lf) & !whole {
    return nan_f64();
  }
  return flip_sign_f64(power_f64(a, y), sign_bit);
}

fn cbrt_f64(x: f64) -> f64 {
  if (x == 0.0lf) | !isfinite_f64(x) {
    return x;
  }
  let a = abs(x);
  let subnormal = a < 2.2250738585072014e-308lf;
  let v = select(a, a * 1.8014398509481984e16lf, subnormal);
  var t = bitcast<f64>(bitcast<u64>(v) / 3lu + 0x2a9f7893782da1celu);
  for (var i = 0; i < 2; i++) {
    let rough = v / (t * t);
    t = t + t * ((rough - t) / (t + t + rough));
  }
  // A third-order step from so few bits that the square is exact.
  let h = high_f64(t);
  let quotient = v / (h * h);
  t = h + h * ((quotient - h) / (h + h + quotient));
  return copysign_f64(select(t, t * 3.814697265625e-06lf, subnormal), x);
}

fn hypot_f64(x: f64, y: f64) -> f64 {
  if isinf_f64(x) | isinf_f64(y) {
    return inf_f64();
  }
  let big = max(abs(x), abs(y));
  var down = 1.0lf;
  var up = 1.0lf;
  if big > 3.273390607896142e150lf {
    down = 1.90109156629516e-211lf;
    up = 5.260135901548374e210lf;
  } else if big < 3.4395525670743494e-136lf {
    down = 4.149515568880993e180lf;
    up = 2.409919865102884e-181lf;
  }
  let a = x * down;
  let b = y * down;
  return sqrt_of_f64(a * a + b * b) * up;
}

fn sqrt_of_f64(x: f64) -> f64 {
  return sqrt(x);
}

// An angle less a multiple of a right angle: at most 45 degrees as an unevaluated sum, and the
// multiple modulo 4 in the low bits.
struct Angle_f64 {
  high: f64,
  low: f64,
  quadrant: u32,
}

fn reduce_angle_f64(x: f64) -> Angle_f64 {
  if !(abs(x) <= 1048576.0lf) {
    return reduce_large_angle_f64(x);
  }
  // Up to 2^20: the parts of pi / 2 are so short that their products with k are exact.
  let bits = round_bits_f64(x * 0.6366197723675814lf);
  let k = rounded_value_f64(bits);
  let a = fma(-k, 1.5707963267341256lf, x);
  let b = k * 6.077100506303966e-11lf;
  let ab = opaque_f64(a - b);
  let ab_low = sum_error_f64(a, -b);
  let c = k * 2.0222662487111665e-21lf;
  let abc = opaque_f64(ab - c);
  let abc_low = sum_error_f64(ab, -c) + (ab_low - k * 8.4784276603689e-32lf);
  let r = opaque_f64(abc + abc_low);
  return Angle_f64(r, abc_low - (r - abc), u32(bits & 3lu));
}

// The high word of a product.
fn high_word_f64(a: u64, b: u64) -> u64 {
  let a_low = a & 0xfffffffflu;
  let a_high = a >> 32u;
  let b_low = b & 0xfffffffflu;
  let b_high = b >> 32u;
  let low = a_low * b_low;
  let middle = a_high * b_low + (low >> 32u);
  let other = a_low * b_high + (middle & 0xfffffffflu);
  return a_high * b_high + (middle >> 32u) + (other >> 32u);
}

// After Payne and Hanek, "Radian reduction for trigonometric functions", SIGNUM 18 (1983): of
// 2 / pi only those bits are multiplied that matter modulo 4.
fn reduce_large_angle_f64(x: f64) -> Angle_f64 {
  var two_over_pi = array<u64, 21>(
    0x0000000000000000lu, 0xa2f9836e4e441529lu, 0xfc2757d1f534ddc0lu,
    0xdb6295993c439041lu, 0xfe5163abdebbc561lu, 0xb7246e3a424dd2e0lu,
    0x06492eea09d1921clu, 0xfe1deb1cb129a73elu, 0xe88235f52ebb4484lu,
    0xe99c7026b45f7e41lu, 0x3991d639835339f4lu, 0x9c845f8bbdf9283blu,
    0x1ff897ffde05980flu, 0xef2f118b5a0a6d1flu, 0x6d367ecf27cb09b7lu,
    0x4f463f669e5fea2dlu, 0x7527bac7ebe5f17blu, 0x3d0739f78a5292ealu,
    0x6bfb5fb11f8d5d08lu, 0x56033046fc7b6bablu, 0xf0cfbc209af4361dlu,
  );
  let bits = bitcast<u64>(x) & 0x7ffffffffffffffflu;
  if bits >= 0x7ff0000000000000lu {
    return Angle_f64(nan_f64(), 0.0lf, 0u);
  }
  // x is m * 2^(first + 2 - 64): the table begins with a word of zeros.
  let m = (bits & 0x000ffffffffffffflu) | 0x0010000000000000lu;
  let first = u32(bits >> 52u) - 1075u + 62u;
  let word = first >> 6u;
  let shift = first & 63u;
  var a = array<u64, 3>(0lu, 0lu, 0lu);
  for (var i = 0u; i < 3u; i++) {
    a[i] = (two_over_pi[word + i] << shift) | ((two_over_pi[word + i + 1u] >> 1u) >> (63u - shift));
  }
  let low = m * a[1];
  let low_sum = low + high_word_f64(m, a[2]);
  let carry = select(0lu, 1lu, low_sum < low);
  let high = m * a[0] + high_word_f64(m, a[1]) + carry;
  let quadrant = u32((high + 0x2000000000000000lu) >> 62u);
  // The fraction in quarters of a turn, signed.
  var f_high = (high << 2u) | (low_sum >> 62u);
  var f_low = low_sum << 2u;
  let negative = (f_high & 0x8000000000000000lu) != 0lu;
  if negative {
    f_low = ~f_low + 1lu;
    f_high = ~f_high + select(0lu, 1lu, f_low == 0lu);
  }
  let upper = f64(f_high & 0xfffffffffffff800lu) * 5.421010862427522e-20lf;
  let middle = f64(f_high & 0x7fflu) * 5.421010862427522e-20lf;
  let lower = middle + f64(f_low) * 2.938735877055719e-39lf;
  let sum = sum_pair_f64(vec2<f64>(upper, 0.0lf), vec2<f64>(lower, 0.0lf));
  let r = product_pair_f64(sum, vec2<f64>(1.5707963267948966lf, 6.123233995736766e-17lf));
  let backwards = select(0lu, 0x8000000000000000lu, negative != (x < 0.0lf));
  let turned = select(quadrant, 0u - quadrant, x < 0.0lf);
  return Angle_f64(flip_sign_f64(r.x, backwards), flip_sign_f64(r.y, backwards), turned);
}

fn sin_reduced_f64(r: f64, low: f64) -> f64 {
  let z = r * r;
  var p = -7.585486485235938e-13lf;
  p = fma(p, z, 1.6058510875319195e-10lf);
  p = fma(p, z, -2.505210610025599e-08lf);
  p = fma(p, z, 2.7557319218954762e-06lf);
  p = fma(p, z, -0.00019841269841264567lf);
  p = fma(p, z, 0.008333333333333331lf);
  p = fma(p, z, -0.16666666666666666lf);
  return r + fma(r * z, p, low * (1.0lf - 0.5lf * z));
}

fn cos_reduced_f64(r: f64, low: f64) -> f64 {
  let z = r * r;
  var q = 4.745198807202876e-14lf;
  q = fma(q, z, -1.1470449354466773e-11lf);
  q = fma(q, z, 2.0876755717584403e-09lf);
  q = fma(q, z, -2.75573192211891e-07lf);
  q = fma(q, z, 2.4801587301584367e-05lf);
  q = fma(q, z, -0.0013888888888888887lf);
  q = fma(q, z, 0.041666666666666664lf);
  return 1.0lf + (fma(z * z, q, -(r * low)) - 0.5lf * z);
}

fn sin_f64(x: f64) -> f64 {
  let angle = reduce_angle_f64(x);
  let sin = sin_reduced_f64(angle.high, angle.low);
  let cos = cos_reduced_f64(angle.high, angle.low);
  let value = select(sin, cos, (angle.quadrant & 1u) != 0u);
  let turned = select(value, -value, (angle.quadrant & 2u) != 0u);
  return select(turned, x, x == 0.0lf);
}

fn cos_f64(x: f64) -> f64 {
  let angle = reduce_angle_f64(x);
  let sin = sin_reduced_f64(angle.high, angle.low);
  let cos = cos_reduced_f64(angle.high, angle.low);
  let value = select(cos, sin, (angle.quadrant & 1u) != 0u);
  return select(value, -value, ((angle.quadrant + 1u) & 2u) != 0u);
}

fn tan_f64(x: f64) -> f64 {
  let angle = reduce_angle_f64(x);
  let sin = sin_reduced_f64(angle.high, angle.low);
  let cos = cos_reduced_f64(angle.high, angle.low);
  let turned = (angle.quadrant & 1u) != 0u;
  let value = select(sin, -cos, turned) / select(cos, sin, turned);
  return select(value, x, x == 0.0lf);
}

// arcsin(x) - x for at most 1/2; z is x * x.
fn asin_rest_f64(x: f64, z: f64) -> f64 {
  var p = 0.02877844261259304lf;
  p = fma(p, z, -0.014881409392818066lf);
  p = fma(p, z, 0.017419357964884856lf);
  p = fma(p, z, 0.00545087818772055lf);
  p = fma(p, z, 0.010324318288744113lf);
  p = fma(p, z, 0.011478952690257387lf);
  p = fma(p, z, 0.013971235301124539lf);
  p = fma(p, z, 0.017352391265909227lf);
  p = fma(p, z, 0.022372173002005596lf);
  p = fma(p, z, 0.030381944137085216lf);
  p = fma(p, z, 0.04464285714637338lf);
  p = fma(p, z, 0.07499999999998425lf);
  p = fma(p, z, 0.16666666666666669lf);
  return x * z * p;
}

fn asin_f64(x: f64) -> f64 {
  let a = abs(x);
  if a <= 0.5lf {
    return select(x + asin_rest_f64(x, x * x), x, x == 0.0lf);
  }
  if !(a <= 1.0lf) {
    return nan_f64();
  }
  // The root in two parts, so that nothing is lost against a right angle.
  let w = (1.0lf - a) * 0.5lf;
  let s = sqrt_of_f64(w);
  let h = high_f64(s);
  let c = select((w - h * h) / (s + h), 0.0lf, s == 0.0lf);
  let p_rest = 2.0lf * asin_rest_f64(s, w) - (6.123233995736766e-17lf - 2.0lf * c);
  return copysign_f64(0.7853981633974483lf - (p_rest - (0.7853981633974483lf - 2.0lf * h)), x);
}

fn acos_f64(x: f64) -> f64 {
  let a = abs(x);
  if a <= 0.5lf {
    return 1.5707963267948966lf - (x + (asin_rest_f64(x, x * x) - 6.123233995736766e-17lf));
  }
  let w = (1.0lf - a) * 0.5lf;
  let s = sqrt_of_f64(w);
  let half = s + asin_rest_f64(s, w);
  let value = select(half + half, 3.141592653589793lf - (half + half - 1.2246467991473532e-16lf),
    x < 0.0lf);
  return select(nan_f64(), value, a <= 1.0lf);
}

// arctan(num / den) for non-negative num and den, not both 0 or infinite.
fn atan_parts_f64(num: f64, den: f64) -> f64 {
  let steep = num > den * 2.414213562373095lf;
  let middle = (num > den * 0.41421356237309503lf) & !steep;
  let n = select(select(num, num - den, middle), -den, steep);
  let d = select(select(den, num + den, middle), num, steep);
  let t = n / d;
  let z = t * t;
  var p = -0.019029290809743138lf;
  p = fma(p, z, 0.03911053674347613lf);
  p = fma(p, z, -0.05081236164642543lf);
  p = fma(p, z, 0.058573396761385246lf);
  p = fma(p, z, -0.06664417824186955lf);
  p = fma(p, z, 0.07692176510795928lf);
  p = fma(p, z, -0.09090904289128517lf);
  p = fma(p, z, 0.11111111008107874lf);
  p = fma(p, z, -0.14285714284577217lf);
  p = fma(p, z, 0.1999999999999509lf);
  p = fma(p, z, -0.3333333333333333lf);
  let base = select(select(0.0lf, 0.7853981633974483lf, middle), 1.5707963267948966lf, steep);
  let base_low = select(select(0.0lf, 3.061616997868383e-17lf, middle), 6.123233995736766e-17lf,
    steep);
  return base + (t + fma(t * z, p, base_low));
}

fn atan_f64(x: f64) -> f64 {
  let value = copysign_f64(atan_parts_f64(abs(x), 1.0lf), x);
  return select(select(value, x, is_own_value_f64(x)), copysign_f64(1.5707963267948966lf, x),
    isinf_f64(x));
}

fn atan2_f64(y: f64, x: f64) -> f64 {
  if isnan_f64(x) | isnan_f64(y) {
    return nan_f64();
  }
  var num = abs(y);
  var den = abs(x);
  // Infinities count as 1 against 0; zero against zero is an angle of 0.
  if isinf_f64(num) | isinf_f64(den) {
    num = select(0.0lf, 1.0lf, isinf_f64(num));
    den = select(0.0lf, 1.0lf, isinf_f64(den));
  }
  if (num == 0.0lf) & (den == 0.0lf) {
    den = 1.0lf;
  }
  let most = max(num, den);
  let factor = select(select(1.0lf, 1.2676506002282294e30lf, most < 1.1830521861667747e-271lf),
    0.0009765625lf, most > 1.0715086071862673e301lf);
  let angle = atan_parts_f64(opaque_f64(num * factor), opaque_f64(den * factor));
  let left = sign_bit_f64(x) != 0lu;
  let whole = select(angle, 3.141592653589793lf - (angle - 1.2246467991473532e-16lf), left);
  return copysign_f64(whole, y);
}

// Quadrant and the angle within 45 degrees of it.
fn reduce_degrees_f64(x: f64) -> Angle_f64 {
  let rest = residue_f64(x, 360.0lf);
  let quarter = round(rest / 90.0lf);
  let degrees = rest - quarter * 90.0lf;
  let unknown = select(0.0lf, nan_f64(), !isfinite_f64(x));
  return Angle_f64(degrees + unknown, 0.0lf, bitcast<u32>(i32(quarter)));
}

fn sin_of_degrees_f64(degrees: f64) -> f64 {
  let r = product_pair_f64(vec2<f64>(degrees, 0.0lf), vec2<f64>(0.017453292519943295lf,
    2.9486522708701687e-19lf));
  let value = sin_reduced_f64(r.x, r.y);
  let small = select(value, degrees * 0.017453292519943295lf, is_own_value_f64(degrees));
  return select(small, copysign_f64(0.5lf, degrees), abs(degrees) == 30.0lf);
}

fn cos_of_degrees_f64(degrees: f64) -> f64 {
  let r = product_pair_f64(vec2<f64>(degrees, 0.0lf), vec2<f64>(0.017453292519943295lf,
    2.9486522708701687e-19lf));
  return cos_reduced_f64(r.x, r.y);
}

fn sind_f64(x: f64) -> f64 {
  let angle = reduce_degrees_f64(x);
  let odd = (angle.quadrant & 1u) != 0u;
  let value = select(sin_of_degrees_f64(angle.high), cos_of_degrees_f64(angle.high), odd);
  let turned = select(value, -value, ((angle.quadrant & 2u) != 0u) & (value != 0.0lf));
  return select(turned, x, x == 0.0lf);
}

fn cosd_f64(x: f64) -> f64 {
  let angle = reduce_degrees_f64(x);
  let odd = (angle.quadrant & 1u) != 0u;
  let value = select(cos_of_degrees_f64(angle.high), sin_of_degrees_f64(angle.high), odd);
  let turned = select(value, -value, ((angle.quadrant + 1u) & 2u) != 0u);
  return select(turned, 0.0lf, value == 0.0lf);
}

fn tand_f64(x: f64) -> f64 {
  let angle = reduce_degrees_f64(x);
  let odd = (angle.quadrant & 1u) != 0u;
  if angle.high == 0.0lf {
    let pole = select(inf_f64(), -inf_f64(), (angle.quadrant & 2u) != 0u);
    return select(select(0.0lf, x, x == 0.0lf), pole, odd);
  }
  let r = product_pair_f64(vec2<f64>(angle.high, 0.0lf), vec2<f64>(0.017453292519943295lf,
    2.9486522708701687e-19lf));
  let tiny = is_own_value_f64(angle.high);
  let sin = select(sin_reduced_f64(r.x, r.y), angle.high * 0.017453292519943295lf, tiny);
  let cos = cos_reduced_f64(r.x, r.y);
  let value = select(sin, -cos, odd) / select(cos, sin, odd);
  let unit = select(copysign_f64(1.0lf, angle.high), -copysign_f64(1.0lf, angle.high), odd);
  return select(value, unit, abs(angle.high) == 45.0lf);
}

fn degrees_of_f64(x: f64) -> f64 {
  let pair = product_pair_f64(vec2<f64>(x, 0.0lf), vec2<f64>(57.29577951308232lf,
    -1.9878495670576283e-15lf));
  return pair.x + pair.y;
}

fn asind_f64(x: f64) -> f64 {
  let value = select(degrees_of_f64(asin_f64(x)), copysign_f64(30.0lf, x), abs(x) == 0.5lf);
  return select(value, x, x == 0.0lf);
}

fn acosd_f64(x: f64) -> f64 {
  let third = select(60.0lf, 120.0lf, x < 0.0lf);
  return select(degrees_of_f64(acos_f64(x)), third, abs(x) == 0.5lf);
}

fn atand_f64(x: f64) -> f64 {
  let value = select(degrees_of_f64(atan_f64(x)), copysign_f64(45.0lf, x), abs(x) == 1.0lf);
  return select(value, x, x == 0.0lf);
}

// e^a / 2 for positive a, without overflow where the result has none.
fn half_exp_f64(a: f64) -> f64 {
  let parts = exp_parts_f64(min(a, 711.0lf), 0.0lf);
  return scale_f64(1.0lf + parts.value, parts.exponent - 1);
}

fn sinh_f64(x: f64) -> f64 {
  let a = abs(x);
  let z = a * a;
  var p = 2.8445596736423237e-15lf;
  p = fma(p, z, 7.646624280324513e-13lf);
  p = fma(p, z, 1.6059048410081293e-10lf);
  p = fma(p, z, 2.5052108363972185e-08lf);
  p = fma(p, z, 2.755731922404061e-06lf);
  p = fma(p, z, 0.00019841269841269773lf);
  p = fma(p, z, 0.008333333333333333lf);
  p = fma(p, z, 0.16666666666666666lf);
  let small = fma(a * z, p, a);
  let e = half_exp_f64(a);
  let value = copysign_f64(select(e - 0.25lf / e, small, a < 1.0lf), x);
  return select(value, x, is_own_value_f64(x));
}

fn cosh_f64(x: f64) -> f64 {
  let e = half_exp_f64(abs(x));
  return select(e + 0.25lf / e, x, isnan_f64(x));
}

fn tanh_f64(x: f64) -> f64 {
  let a = min(abs(x), 22.0lf);
  let z = a * a;
  var p = -2.0539737065089515e-05lf;
  p = fma(p, z, 8.50222102090832e-05lf);
  p = fma(p, z, -0.0002345791370274838lf);
  p = fma(p, z, 0.0005889172808716536lf);
  p = fma(p, z, -0.0014556580130712722lf);
  p = fma(p, z, 0.003592109900048609lf);
  p = fma(p, z, -0.008863234361425824lf);
  p = fma(p, z, 0.021869488492085427lf);
  p = fma(p, z, -0.0539682539673993lf);
  p = fma(p, z, 0.13333333333332686lf);
  p = fma(p, z, -0.3333333333333333lf);
  let small = fma(a * z, p, a);
  let parts = exp_parts_f64(a + a, 0.0lf);
  let e = (1.0lf + parts.value) * two_power_f64(parts.exponent);
  let large = 1.0lf - 2.0lf / (e + 1.0lf);
  let value = copysign_f64(select(large, small, a < 0.55lf), x);
  return select(value, x, is_own_value_f64(x));
}

fn asinh_f64(x: f64) -> f64 {
  let a = abs(x);
  var value = 0.0lf;
  if a > 268435456.0lf {
    value = log_f64(a) + 0.6931471805599453lf;
  } else {
    let z = a * a;
    value = log1p_f64(a + z / (1.0lf + sqrt_of_f64(z + 1.0lf)));
  }
  return select(copysign_f64(value, x), x, is_own_value_f64(x));
}

fn acosh_f64(x: f64) -> f64 {
  if x > 268435456.0lf {
    return log_f64(x) + 0.6931471805599453lf;
  }
  let t = x - 1.0lf;
  return select(nan_f64(), log1p_f64(t + sqrt_of_f64(t * (x + 1.0lf))), x >= 1.0lf);
}

fn atanh_f64(x: f64) -> f64 {
  let a = abs(x);
  let value = 0.5lf * log1p_f64((a + a) / (1.0lf - a));
  let inside = select(copysign_f64(value, x), x, is_own_value_f64(x));
  return select(inside, nan_f64(), a > 1.0lf);
}

// The error function of at most 1 is x + x * this.
fn erf_factor_f64(x: f64) -> f64 {
  let z = x * x;
  var p = -4.230752371395568e-12lf;
  p = fma(p, z, 8.708924139629652e-11lf);
  p = fma(p, z, -1.2164526639984767e-09lf);
  p = fma(p, z, 1.4792395844508021e-08lf);
  p = fma(p, z, -1.636464160371183e-07lf);
  p = fma(p, z, 1.6462045402872722e-06lf);
  p = fma(p, z, -1.4925647565679572e-05lf);
  p = fma(p, z, 0.00012055332902828877lf);
  p = fma(p, z, -0.0008548327021933529lf);
  p = fma(p, z, 0.00522397762542328lf);
  p = fma(p, z, -0.02686617064512984lf);
  p = fma(p, z, 0.1128379167095512lf);
  p = fma(p, z, -0.37612638903183754lf);
  p = fma(p, z, 0.1283791670955126lf);
  return p;
}

// erfc of at least 1.
fn erfc_large_f64(x: f64) -> f64 {
  let c = min(x, 27.5lf);
  let h = high_f64(c);
  let square = -(h * h);
  let rest = (h - c) * (h + c);
  let high = opaque_f64(square + rest);
  let parts = exp_parts_f64(high, rest - (high - square));
  let d = c + 2.0lf;
  let t = (c - 3.0lf) / d;
  var p = -3.1926387346787943e-09lf;
  p = fma(p, t, 3.6386676093742425e-09lf);
  p = fma(p, t, 1.8185641435282174e-08lf);
  p = fma(p, t, -3.4017858100801553e-09lf);
  p = fma(p, t, -7.092828330319227e-08lf);
  p = fma(p, t, -8.731925715534641e-08lf);
  p = fma(p, t, 1.7154053101851387e-07lf);
  p = fma(p, t, 6.865640832055397e-07lf);
  p = fma(p, t, 1.607462697445407e-07lf);
  p = fma(p, t, -3.400087293018134e-06lf);
  p = fma(p, t, -5.2421647430157574e-06lf);
  p = fma(p, t, 1.3752737599112822e-05lf);
  p = fma(p, t, 4.5974236999831724e-05lf);
  p = fma(p, t, -5.364630886249895e-05lf);
  p = fma(p, t, -0.00035635719718433734lf);
  p = fma(p, t, 0.00032789200920292454lf);
  p = fma(p, t, 0.003016900644898509lf);
  p = fma(p, t, -0.00552238216073916lf);
  p = fma(p, t, -0.02591894616212131lf);
  p = fma(p, t, 0.161939150532223lf);
  p = fma(p, t, -0.46430074427237206lf);
  p = fma(p, t, 0.8950057559069498lf);
  let e = p / d;
  return scale_f64(fma(e, parts.value, e), parts.exponent);
}

fn erf_f64(x: f64) -> f64 {
  let a = abs(x);
  if a <= 1.0lf {
    return select(fma(x, erf_factor_f64(x), x), x, x == 0.0lf);
  }
  return select(copysign_f64(1.0lf - erfc_large_f64(a), x), x, isnan_f64(x));
}

fn erfc_f64(x: f64) -> f64 {
  let a = abs(x);
  if a <= 1.0lf {
    // From 1/2 on, 1 - x is exact.
    let rest = x * erf_factor_f64(x);
    return select(1.0lf - (x + rest), (1.0lf - x) - rest, x >= 0.5lf);
  }
  let value = erfc_large_f64(a);
  return select(select(value, 2.0lf - value, x < 0.0lf), x, isnan_f64(x));
}

// value / divisor * 2^exponent, the first two unevaluated sums.
struct Quotient_f64 {
  value: vec2<f64>,
  divisor: vec2<f64>,
  exponent: i32,
}

// The quotient of two unevaluated sums, rounded little more than once.
fn quotient_f64(a: vec2<f64>, b: vec2<f64>) -> f64 {
  let near = opaque_f64(a.x / b.x);
  let product = opaque_f64(near * b.x);
  let rest = ((a.x - product) - product_error_f64(near, b.x, product)) + (a.y - near * b.y);
  return near + rest / b.x;
}

// The gamma function of a positive number, times a factor.
fn gamma_parts_f64(x: f64, factor: vec2<f64>) -> Quotient_f64 {
  if x >= 8.0lf {
    // Stirling's series; the power in half as many bits again.
    let shifted = vec2<f64>(x - 0.5lf, 0.0lf);
    let power = product_pair_f64(log2_pair_f64(x), shifted);
    let decay = product_pair_f64(vec2<f64>(-x, 0.0lf), vec2<f64>(1.4426950408889634lf,
      2.0355273740931033e-17lf));
    let e = sum_pair_f64(sum_pair_f64(power, decay), vec2<f64>(1.3257480647361595lf,
      -7.153413670427599e-17lf));
    let high = opaque_f64(e.x + e.y);
    let low = e.y - (high - e.x);
    let bits = round_bits_f64(high);
    let r = (high - rounded_value_f64(bits)) + low;
    let u = 1.0lf / x;
    let power_part = exp2_fraction_f64(r);
    // The correction is up to a hundredth: a quotient needs its leading bits in the first part.
    let correction = fma(power_part.x, stirling_f64(u), power_part.y);
    let value = sum_pair_f64(vec2<f64>(power_part.x, 0.0lf), vec2<f64>(correction, 0.0lf));
    return Quotient_f64(product_pair_f64(value, factor), vec2<f64>(1.0lf, 0.0lf),
      rounded_int_f64(bits));
  }
  if x < 2.0lf {
    let below = x < 1.0lf;
    let w = select(x - 0.5lf - 1.0lf, x - 0.5lf, below);
    let next = sum_pair_f64(vec2<f64>(1.0lf, 0.0lf), vec2<f64>(x, 0.0lf));
    let own = vec2<f64>(x, 0.0lf);
    let down = select(own, product_pair_f64(next, own), below);
    return Quotient_f64(product_pair_f64(gamma_middle_f64(w), factor), down, 0);
  }
  // The factors are exact; their product is kept to half as many bits again.
  var y = x;
  var up = factor;
  loop {
    if y < 3.0lf {
      break;
    }
    y -= 1.0lf;
    up = product_pair_f64(up, vec2<f64>(y, 0.0lf));
  }
  let middle = product_pair_f64(gamma_middle_f64(y - 2.5lf), up);
  return Quotient_f64(middle, vec2<f64>(1.0lf, 0.0lf), 0);
}

// gamma(2.5 + w) for at most 1/2, as an unevaluated sum.
fn gamma_middle_f64(w: f64) -> vec2<f64> {
  var p = 2.0400634926028023e-07lf;
  p = fma(p, w, -5.063956796114189e-07lf);
  p = fma(p, w, 1.0674107401412734e-06lf);
  p = fma(p, w, -2.5234479893529546e-06lf);
  p = fma(p, w, 7.2573789319021325e-06lf);
  p = fma(p, w, -1.2810368525744247e-05lf);
  p = fma(p, w, 6.132950756006378e-05lf);
  p = fma(p, w, 3.942953003969101e-06lf);
  p = fma(p, w, 0.0007544741641773451lf);
  p = fma(p, w, 0.0016074003964706067lf);
  p = fma(p, w, 0.010392403424491322lf);
  p = fma(p, w, 0.028360780598383015lf);
  p = fma(p, w, 0.1096732340021856lf);
  p = fma(p, w, 0.2538712468410792lf);
  p = fma(p, w, 0.6545585779813367lf);
  p = fma(p, w, 0.9347345216260858lf);
  let rest = w * p;
  let high = opaque_f64(1.329340388179137lf + rest);
  return vec2<f64>(high, rest - (high - 1.329340388179137lf));
}

// Stirling's correction, less 1.
fn stirling_f64(u: f64) -> f64 {
  var p = -0.0007200859975781928lf;
  p = fma(p, u, -0.0003809070855371377lf);
  p = fma(p, u, 0.0009219586144588384lf);
  p = fma(p, u, -6.063374023093974e-05lf);
  p = fma(p, u, -0.0005915578352661587lf);
  p = fma(p, u, 6.970167577722863e-05lf);
  p = fma(p, u, 0.0007840399358433108lf);
  p = fma(p, u, -0.00022947210483477765lf);
  p = fma(p, u, -0.002681327160403681lf);
  p = fma(p, u, 0.00347222222222194lf);
  p = fma(p, u, 0.08333333333333333lf);
  return u * p;
}

// 2^r for at most 1/2, as an unevaluated sum.
fn exp2_fraction_f64(r: f64) -> vec2<f64> {
  var p = 1.371799246958512e-12lf;
  p = fma(p, r, 2.573579797445005e-11lf);
  p = fma(p, r, 4.445529652309599e-10lf);
  p = fma(p, r, 7.0548929646755265e-09lf);
  p = fma(p, r, 1.0178086022693292e-07lf);
  p = fma(p, r, 1.3215486819263733e-06lf);
  p = fma(p, r, 1.5252733804049633e-05lf);
  p = fma(p, r, 0.00015403530393359518lf);
  p = fma(p, r, 0.0013333558146428448lf);
  p = fma(p, r, 0.009618129107628484lf);
  p = fma(p, r, 0.05550410866482158lf);
  p = fma(p, r, 0.24022650695910072lf);
  p = fma(p, r, 0.6931471805599453lf);
  let rest = r * p;
  let high = opaque_f64(1.0lf + rest);
  return vec2<f64>(high, rest - (high - 1.0lf));
}

// sin(pi * x) / (pi * x) for at most 1/2, as an unevaluated sum.
fn sin_half_turns_f64(x: f64) -> vec2<f64> {
  let z = x * x;
  var p = -3.266461943690388e-12lf;
  p = fma(p, z, 1.7160043978052539e-10lf);
  p = fma(p, z, -7.304691719459611e-09lf);
  p = fma(p, z, 2.5312173561146803e-07lf);
  p = fma(p, z, -6.975873660898392e-06lf);
  p = fma(p, z, 0.00014842879303099117lf);
  p = fma(p, z, -0.0023460810354558183lf);
  p = fma(p, z, 0.0261478478176548lf);
  p = fma(p, z, -0.19075182412208422lf);
  p = fma(p, z, 0.8117424252833536lf);
  p = fma(p, z, -1.6449340668482264lf);
  let rest = z * p;
  let high = opaque_f64(1.0lf + rest);
  return vec2<f64>(high, rest - (high - 1.0lf));
}

fn gamma_f64(x: f64) -> f64 {
  if x == 0.0lf {
    return copysign_f64(inf_f64(), x);
  }
  if abs(x) < 2.7755575615628914e-17lf {
    return 1.0lf / x;
  }
  if x > 0.0lf {
    let parts = gamma_parts_f64(min(x, 172.0lf), vec2<f64>(1.0lf, 0.0lf));
    return scale_f64(quotient_f64(parts.value, parts.divisor), parts.exponent);
  }
  if isnan_f64(x) {
    return x;
  }
  let nearest = round_f64(x);
  if nearest == x {
    return inf_f64();
  }
  // Euler's reflection: gamma(x) gamma(1 - x) sin(pi x) = pi.
  let a = -max(x, -185.0lf);
  let turn = x - nearest;
  let odd = abs(nearest * 0.5lf - trunc_f64(nearest * 0.5lf)) == 0.5lf;
  let sine = product_pair_f64(sin_half_turns_f64(turn), vec2<f64>(abs(turn), 0.0lf));
  // gamma(1 + a), below 2 by the polynomial, which below 1 gives gamma(2 + a).
  let short = a < 2.0lf;
  let below = a < 1.0lf;
  let factor = product_pair_f64(vec2<f64>(select(a, 1.0lf, short), 0.0lf), sine);
  var parts = gamma_parts_f64(select(a, 2.5lf, short), factor);
  if short {
    let w = select(a - 1.5lf, a - 0.5lf, below);
    parts.value = product_pair_f64(gamma_middle_f64(w), factor);
    let next = sum_pair_f64(vec2<f64>(1.0lf, 0.0lf), vec2<f64>(a, 0.0lf));
    parts.divisor = select(vec2<f64>(1.0lf, 0.0lf), next, below);
  }
  let value = quotient_f64(parts.divisor, parts.value);
  let negative = (turn < 0.0lf) != odd;
  let scaled = scale_f64(value, max(-parts.exponent, -2040));
  return select(scaled, -scaled, negative);
}

// log(gamma(1 + w)) for at most 1/2.
fn gammaln_near_one_f64(w: f64) -> f64 {
  var p = -0.24398660354725876lf;
  p = fma(p, w, 0.251120253675131lf);
  p = fma(p, w, 0.21592941256469367lf);
  p = fma(p, w, -0.2217644038921376lf);
  p = fma(p, w, -0.18903101891744428lf);
  p = fma(p, w, 0.1947154662831147lf);
  p = fma(p, w, 0.0178938949661182lf);
  p = fma(p, w, -0.01784295118563085lf);
  p = fma(p, w, -0.05848540596691502lf);
  p = fma(p, w, 0.060879301182412596lf);
  p = fma(p, w, -0.04486783157934399lf);
  p = fma(p, w, 0.047172412373950784lf);
  p = fma(p, w, -0.05299438891072991lf);
  p = fma(p, w, 0.05592853279095751lf);
  p = fma(p, w, -0.058789516898632696lf);
  p = fma(p, w, 0.062465539151828176lf);
  p = fma(p, w, -0.0666710421443433lf);
  p = fma(p, w, 0.07143534718529063lf);
  p = fma(p, w, -0.0769324059462769lf);
  p = fma(p, w, 0.08335372702751424lf);
  p = fma(p, w, -0.09095402064958344lf);
  p = fma(p, w, 0.10009946111333294lf);
  p = fma(p, w, -0.11133426579957088lf);
  p = fma(p, w, 0.12550966945281639lf);
  p = fma(p, w, -0.14404989676963895lf);
  p = fma(p, w, 0.1695571769982229lf);
  p = fma(p, w, -0.2073855510286698lf);
  p = fma(p, w, 0.27058080842778026lf);
  p = fma(p, w, -0.40068563438653143lf);
  p = fma(p, w, 0.8224670334241132lf);
  p = fma(p, w, -0.5772156649015329lf);
  return w * p;
}

// log(gamma(2 + w)) for at most 1/2.
fn gammaln_near_two_f64(w: f64) -> f64 {
  var p = 1.4983370766614853e-08lf;
  p = fma(p, w, -3.13555524230518e-08lf);
  p = fma(p, w, 4.507629747610232e-08lf);
  p = fma(p, w, -9.49650999222511e-08lf);
  p = fma(p, w, 2.129811326492255e-07lf);
  p = fma(p, w, -4.5114284064424323e-07lf);
  p = fma(p, w, 9.549477414816911e-07lf);
  p = fma(p, w, -2.038812374267555e-06lf);
  p = fma(p, w, 4.37489307279475e-06lf);
  p = fma(p, w, -9.439543071986089e-06lf);
  p = fma(p, w, 2.0507210490924538e-05lf);
  p = fma(p, w, -4.492623197482072e-05lf);
  p = fma(p, w, 9.945751290533257e-05lf);
  p = fma(p, w, -0.000223154758711102lf);
  p = fma(p, w, 0.0005096695247391531lf);
  p = fma(p, w, -0.0011927539116951527lf);
  p = fma(p, w, 0.002890510330741586lf);
  p = fma(p, w, -0.007385551028674116lf);
  p = fma(p, w, 0.020580808427784546lf);
  p = fma(p, w, -0.06735230105319809lf);
  p = fma(p, w, 0.3224670334241132lf);
  p = fma(p, w, 0.42278433509846713lf);
  return w * p;
}

fn gammaln_f64(x: f64) -> f64 {
  if isnan_f64(x) | (x == inf_f64()) {
    return x;
  }
  if x <= 0.0lf {
    return select(nan_f64(), inf_f64(), trunc_f64(x) == x);
  }
  if x >= 8.0lf {
    let u = 1.0lf / x;
    let z = u * u;
  var p = -0.020853675086758193lf;
  p = fma(p, z, 0.006208027572345061lf);
  p = fma(p, z, -0.0019149637413688708lf);
  p = fma(p, z, 0.000841732505542267lf);
  p = fma(p, z, -0.0005952380233230673lf);
  p = fma(p, z, 0.0007936507935114785lf);
  p = fma(p, z, -0.0027777777777776747lf);
  p = fma(p, z, 0.08333333333333333lf);
    return fma(x - 0.5lf, log_f64(x) - 1.0lf, fma(u, p, 0.4189385332046727lf));
  }
  if x < 0.5lf {
    return gammaln_near_one_f64(x) - log_f64(x);
  }
  if x < 1.5lf {
    return select(gammaln_near_one_f64(x - 1.0lf), 0.0lf, x == 1.0lf);
  }
  var y = x;
  var product = 1.0lf;
  loop {
    if y < 2.5lf {
      break;
    }
    y -= 1.0lf;
    product *= y;
  }
  return gammaln_near_two_f64(y - 2.0lf) + log_f64(product);
}

// An odd multiple of 2^-53.
fn unit_f64(low: u32, high: u32) -> f64 {
  return f64(high) * 2.3283064365386963e-10lf + f64((low >> 11u) | 1u) * 1.1102230246251565e-16lf;
}

// Uniform over (0, 1).
fn rand_f64(block: vec4<u32>) -> vec2<f64> {
  return vec2<f64>(unit_f64(block.x, block.y), unit_f64(block.z, block.w));
}

// Box and Muller's transform of two uniforms.
fn randn_f64(block: vec4<u32>) -> vec2<f64> {
  let unit = rand_f64(block);
  let split = split_f64(unit.x);
  let radius = sqrt(-2.0lf * log_parts_f64(split.exponent, split.fraction));
  // Of a turn the nearest quarter goes, exactly.
  let bits = round_bits_f64(unit.y * 4.0lf);
  let r = fma(rounded_value_f64(bits), -0.25lf, unit.y) * 6.283185307179586lf;
  let sin = sin_reduced_f64(r, 0.0lf);
  let cos = cos_reduced_f64(r, 0.0lf);
  let odd = (bits & 1lu) != 0lu;
  let sin_sign = (bits & 2lu) << 62u;
  let cos_sign = ((bits + 1lu) & 2lu) << 62u;
  return radius * vec2<f64>(
    flip_sign_f64(select(cos, sin, odd), cos_sign),
    flip_sign_f64(select(sin, cos, odd), sin_sign),
  );
}
