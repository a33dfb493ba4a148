//! NaN as a truth value, products whose parts leave the range of numbers, and quotients that are
//! almost whole: the same on the CPU and on a device.

use preheat_runtime::DeviceChoice;

use super::differential::runtime;
use super::harness;

const CLASSES: [(&str, u32); 2] = [("double", 900), ("single", 100)];

/// One in seven elements is NaN.
fn truths(class: &str) -> String {
    format!(
        "k = {class}(0:11999)'; v = mod(k, 7) - 3; x = v ./ abs(v);\n\
         fprintf('%d ', sum(isnan(x)), nnz(x), sum(~x), sum(x & true), sum(x | false));\n\
         fprintf('%d ', sum(xor(x, true)), sum(logical(x)), any(x), all(x));\n\
         y = 0 * x; fprintf('%d ', any(y), all(y), nnz(y)); fprintf('\\n');\n"
    )
}

/// Half of the elements are large, half are as small: the product is 1.
fn products(class: &str, exponent: u32) -> String {
    format!(
        "k = {class}(0:9999)'; big = {class}(2)^{exponent};\n\
         x = (k < 5000) .* big + (k >= 5000) ./ big; y = x; y = y .* (k ~= 17);\n\
         fprintf('%g ', prod(x), prod(flipud(x)), prod(y), prod(-x(2:end)) * big);\n\
         c = cumprod(x); fprintf('%g ', c(1) == big, max(c), c(end));\n\
         z = x ./ (k ~= 3); fprintf('%g ', prod(z), prod(z .* (k ~= 9)));\n\
         fprintf('%g ', prod(reshape(x, 50, 200)')(1:2)); fprintf('\\n');\n"
    )
}

/// The quotient is 200056.97656681: as a `single` number it is nearer to a whole one than MATLAB
/// tells apart.
const NEARLY_WHOLE: &str = "
    x = single(-6.613395e-1) * ones(7000, 1, 'single');
    y = single(-3.3057559e-6) * ones(7000, 1, 'single');
    fprintf('%d ', nnz(rem(x, y)), nnz(mod(x, y)), nnz(rem(x * 1.000002, y)));
";

fn check(device: DeviceChoice) {
    let found = harness::run_text(NEARLY_WHOLE, &runtime(device));
    assert_eq!(found.trim(), "0 0 7000", "{NEARLY_WHOLE}");
    for (class, exponent) in CLASSES {
        let text = truths(class);
        let found = harness::run_text(&text, &runtime(device));
        assert_eq!(found.trim(), "1714 12000 0 12000 12000 0 12000 1 1 0 0 1714", "{text}");
        let text = products(class, exponent);
        let found = harness::run_text(&text, &runtime(device));
        assert_eq!(found.trim(), "1 1 0 -1 1 Inf 1 Inf NaN 1 1", "{text}");
    }
}

#[test]
fn nan_is_true_and_products_keep_their_range_on_the_cpu() {
    check(DeviceChoice::Cpu);
}

#[test]
fn nan_is_true_and_products_keep_their_range_on_vulkan() {
    if harness::has_gpu() {
        check(DeviceChoice::Vulkan);
    }
}
