//! Statistical tests of a stream of random numbers: moments, Kolmogorov-Smirnov, serial
//! correlation.

use std::fmt;

/// Bins of the empirical distribution function.
const BINS: usize = 1 << 20;
/// Distances at which correlation is measured.
pub const LAGS: usize = 8;
/// Standard errors by which a moment or correlation may be off: beyond, 1 in 1.7 million.
const ERRORS_MAX: f64 = 5.0;
/// Kolmogorov's quantile of 1 in 10,000.
const KOLMOGOROV_MAX: f64 = 2.23;

/// What a distribution should have.
#[derive(Clone, Copy, Debug)]
pub struct Moments {
    /// Mean.
    pub mean: f64,
    /// Variance.
    pub variance: f64,
    /// Fourth central moment by the squared variance; 3 for the normal distribution.
    pub kurtosis: f64,
}

/// The uniform distribution over (0, 1).
pub const UNIFORM: Moments = Moments { mean: 0.5, variance: 1.0 / 12.0, kurtosis: 1.8 };
/// The standard normal distribution.
pub const NORMAL: Moments = Moments { mean: 0.0, variance: 1.0, kurtosis: 3.0 };

/// What a sample has. Moments and correlations are distances from the expected ones in standard
/// errors.
#[derive(Clone, Copy, Debug)]
pub struct Report {
    /// Numbers of the sample.
    pub count: u64,
    /// Mean.
    pub mean: f64,
    /// Variance.
    pub variance: f64,
    /// Skewness, expected to be 0.
    pub skewness: f64,
    /// Kurtosis.
    pub kurtosis: f64,
    /// Largest distance of the distribution functions, by the square root of the count.
    pub kolmogorov: f64,
    /// Correlation of numbers 1, 2, .. places apart.
    pub correlation: [f64; LAGS],
}

/// Measures a sample of a symmetric distribution.
pub fn measure(
    numbers: impl Iterator<Item = f64>,
    expected: Moments,
    distribution: impl Fn(f64) -> f64,
) -> Report {
    let deviation = expected.variance.sqrt();
    let mut bins = vec![0u64; BINS];
    let mut powers = [0.0; 4];
    let mut products = [0.0; LAGS];
    let mut recent = [0.0; LAGS];
    let mut count = 0u64;
    for number in numbers {
        let x = (number - expected.mean) / deviation;
        let square = x * x;
        for (sum, power) in powers.iter_mut().zip([x, square, square * x, square * square]) {
            *sum += power;
        }
        for (lag, product) in products.iter_mut().enumerate() {
            // The ring holds zeros at first: they add nothing.
            *product += x * recent[(count as usize + LAGS - 1 - lag) % LAGS];
        }
        recent[count as usize % LAGS] = x;
        let place = distribution(number) * BINS as f64;
        bins[(place as usize).min(BINS - 1)] += 1;
        count += 1;
    }
    let n = count as f64;
    let [mean, variance, skewness, kurtosis] = powers.map(|sum| sum / n);
    let root = n.sqrt();
    // Variances of the standardised powers of a symmetric distribution; of the sixth and eighth
    // moment those of the normal distribution are the larger.
    Report {
        count,
        mean: mean * root,
        variance: (variance - 1.0) * root / (expected.kurtosis - 1.0).sqrt(),
        skewness: skewness * root / 15f64.sqrt(),
        kurtosis: (kurtosis - expected.kurtosis) * root / 96f64.sqrt(),
        kolmogorov: largest_distance(&bins, n) * root,
        correlation: products.map(|sum| sum / root),
    }
}

fn largest_distance(bins: &[u64], count: f64) -> f64 {
    let mut below = 0;
    let distances = bins.iter().enumerate().map(|(index, bin)| {
        below += bin;
        (below as f64 / count - (index + 1) as f64 / BINS as f64).abs()
    });
    distances.fold(0.0, f64::max)
}

impl Report {
    /// What is unlikely to come from the expected distribution.
    pub fn findings(&self) -> Vec<String> {
        let mut found = Vec::new();
        let moments = [
            ("mean", self.mean),
            ("variance", self.variance),
            ("skewness", self.skewness),
            ("kurtosis", self.kurtosis),
        ];
        let lags = self.correlation.iter().enumerate();
        let named = moments.map(|(name, errors)| (name.to_owned(), errors)).into_iter();
        let correlations = lags.map(|(lag, errors)| (format!("correlation {}", lag + 1), *errors));
        for (name, errors) in named.chain(correlations) {
            if errors.is_nan() || errors.abs() > ERRORS_MAX {
                found.push(format!("{name} is {errors:.2} standard errors off"));
            }
        }
        if self.kolmogorov.is_nan() || self.kolmogorov > KOLMOGOROV_MAX {
            let distance = self.kolmogorov;
            found.push(format!("Kolmogorov's statistic is {distance:.2}, above {KOLMOGOROV_MAX}"));
        }
        found
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let worst = self.correlation.iter().fold(0.0f64, |worst, errors| worst.max(errors.abs()));
        write!(
            f,
            "{} numbers; mean {:+.2}, variance {:+.2}, skewness {:+.2}, kurtosis {:+.2}, \
             correlation {worst:.2} standard errors at most; Kolmogorov {:.2}",
            self.count, self.mean, self.variance, self.skewness, self.kurtosis, self.kolmogorov
        )
    }
}
