//! Which groups a script asks for over a domain of sizes.
//!
//! Keys hold no sizes, so a script asks for the same groups at nearly all of them. They change
//! where an extent is 0 or 1, and where its control flow compares a size with something. So the
//! script is planned at every degenerate and boundary size, at the limits of the domain and at
//! random points; and between two sizes with different groups the place where they change is looked
//! for by halving, so that both sides of it are seen.
//!
//! What that cannot find: a change at a single size between two looked-at sizes that ask for the
//! same groups (`if N == 12345`). Random points are there to make it unlikely.
//!
//! Deliberately absent: how a script is planned, and archives.

use std::collections::{BTreeMap, BTreeSet};

use preheat_format::GroupKey;
use thiserror::Error;

/// The most variables of a domain.
pub const VARIABLES_MAX: usize = 8;
/// The greatest size: beyond it a `double` does not hold every whole number.
pub const SIZE_MAX: u64 = 1 << 53;
/// Combinations of boundary sizes that are all planned; of more, as many at random.
const COMBINATIONS_MAX: u64 = 512;

/// Variables with the whole numbers that each may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain {
    variables: Vec<Variable>,
}

/// One variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name in the script.
    pub name: String,
    /// Its least value.
    pub low: u64,
    /// Its greatest value.
    pub high: u64,
}

/// A domain that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DomainError {
    /// Not `NAME=LOW..HIGH`.
    #[error("expected `NAME=LOW..HIGH` with whole numbers, found `{0}`")]
    Form(String),
    /// An empty range, or one beyond [`SIZE_MAX`].
    #[error("the range of `{0}` is empty or reaches beyond 2^53")]
    Range(String),
    /// A name that is there twice.
    #[error("`{0}` is there twice")]
    Twice(String),
    /// More than [`VARIABLES_MAX`] variables.
    #[error("{0} variables, the limit is 8")]
    TooMany(usize),
}

impl std::str::FromStr for Domain {
    type Err = DomainError;

    /// Reads `N=1..1e9,B=1..64`.
    fn from_str(text: &str) -> Result<Domain, DomainError> {
        let mut variables: Vec<Variable> = Vec::new();
        for part in text.split(',') {
            let form = || DomainError::Form(part.to_owned());
            let (name, range) = part.split_once('=').ok_or_else(form)?;
            let (low, high) = range.split_once("..").ok_or_else(form)?;
            let (low, high) = (whole(low).ok_or_else(form)?, whole(high).ok_or_else(form)?);
            let name = name.trim().to_owned();
            if name.is_empty() {
                return Err(form());
            }
            if low > high || high > SIZE_MAX {
                return Err(DomainError::Range(name));
            }
            if variables.iter().any(|known| known.name == name) {
                return Err(DomainError::Twice(name));
            }
            variables.push(Variable { name, low, high });
        }
        match variables.len() {
            0..=VARIABLES_MAX => Ok(Domain { variables }),
            count => Err(DomainError::TooMany(count)),
        }
    }
}

/// `1e9`, `64`.
fn whole(text: &str) -> Option<u64> {
    let number: f64 = text.trim().parse().ok()?;
    let is_whole = number.fract() == 0.0 && (0.0..=u64::MAX as f64).contains(&number);
    is_whole.then_some(number as u64)
}

/// What planning a script at one point gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reached {
    /// The groups that it asks for, up to its end or its error.
    Groups(BTreeSet<GroupKey>),
    /// It could not be planned there: why.
    Undecided(String),
}

/// What was found over a domain.
#[derive(Clone, Debug, Default)]
pub struct Exploration {
    /// Points at which the script was planned.
    pub points: u64,
    /// Every group, with the first point that asks for it.
    pub groups: BTreeMap<GroupKey, Vec<u64>>,
    /// Sizes at which the groups change: variable, last size before, first after.
    pub changes: BTreeSet<(String, u64, u64)>,
    /// Points at which the script could not be planned, and why.
    pub undecided: Vec<(Vec<u64>, String)>,
}

impl Domain {
    /// The variables, in the order of the text.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// A point of the domain; the same for the same number.
    pub fn random_point(&self, number: u64) -> Vec<u64> {
        let mut dice = Dice(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d);
        self.variables.iter().map(|variable| dice.size(variable)).collect()
    }

    /// Plans a script at boundary sizes, between sizes whose groups differ, and at `random` points.
    pub fn explore(&self, random: u64, plan: &mut dyn FnMut(&[u64]) -> Reached) -> Exploration {
        let mut walk = Walk { plan, known: BTreeMap::new(), found: Exploration::default() };
        for point in self.boundary_points() {
            walk.visit(&point);
        }
        // From each of a few points along every axis.
        let middle = |variable: &Variable| variable.low.midpoint(variable.high).min(SMALL);
        let small = self.variables.iter().map(|variable| variable.high.min(variable.low.max(6)));
        let centres = [self.variables.iter().map(middle).collect(), small.collect::<Vec<u64>>()];
        for centre in centres {
            for (axis, variable) in self.variables.iter().enumerate() {
                walk.along(variable, axis, &centre);
            }
        }
        for number in 0..random {
            walk.visit(&self.random_point(number));
        }
        walk.found
    }

    /// All combinations of boundary sizes, or some of them.
    fn boundary_points(&self) -> Vec<Vec<u64>> {
        let sizes: Vec<Vec<u64>> = self.variables.iter().map(Variable::corners).collect();
        let count = sizes.iter().fold(1u64, |all, one| all.saturating_mul(one.len() as u64));
        let point = |mut number: u64| {
            let mut pick = |sizes: &Vec<u64>| {
                let (at, rest) = (number % sizes.len() as u64, number / sizes.len() as u64);
                number = rest;
                sizes.get(at as usize).copied().unwrap_or_default()
            };
            sizes.iter().map(&mut pick).collect()
        };
        if count <= COMBINATIONS_MAX {
            return (0..count).map(point).collect();
        }
        let mut dice = Dice(count);
        (0..COMBINATIONS_MAX).map(|_| point(dice.next() % count)).collect()
    }
}

/// Sizes up to here are tried as the middle of a range; larger ones take long to plan.
const SMALL: u64 = 1000;

impl Variable {
    /// The sizes at which something may change by itself: degenerate ones, small ones of either
    /// parity, the limits.
    fn corners(&self) -> Vec<u64> {
        let sizes = [0, 1, 2, 3, 4, 7, 64, self.low, self.high];
        let inside: BTreeSet<u64> = sizes.into_iter().filter(|size| self.has(*size)).collect();
        inside.into_iter().collect()
    }

    /// Corners, and sizes on both sides of every power of two.
    fn sweep(&self) -> Vec<u64> {
        let powers = (1..53).flat_map(|power| [(1u64 << power) - 1, 1 << power, (1 << power) + 1]);
        let inside = powers.filter(|size| self.has(*size));
        let sizes: BTreeSet<u64> = inside.chain(self.corners()).collect();
        sizes.into_iter().collect()
    }

    fn has(&self, size: u64) -> bool {
        (self.low..=self.high).contains(&size)
    }
}

struct Walk<'a> {
    plan: &'a mut dyn FnMut(&[u64]) -> Reached,
    known: BTreeMap<Vec<u64>, Reached>,
    found: Exploration,
}

impl Walk<'_> {
    fn visit(&mut self, point: &[u64]) -> Reached {
        if let Some(known) = self.known.get(point) {
            return known.clone();
        }
        let reached = (self.plan)(point);
        self.found.points += 1;
        match &reached {
            Reached::Groups(groups) => {
                for group in groups {
                    self.found.groups.entry(*group).or_insert_with(|| point.to_vec());
                }
            }
            Reached::Undecided(why) => self.found.undecided.push((point.to_vec(), why.clone())),
        }
        self.known.insert(point.to_vec(), reached.clone());
        reached
    }

    /// One variable over its range, the others as they are; finds every change between two sizes
    /// of the sweep.
    fn along(&mut self, variable: &Variable, axis: usize, centre: &[u64]) {
        let at = |size: u64| {
            let mut point = centre.to_vec();
            if let Some(place) = point.get_mut(axis) {
                *place = size;
            }
            point
        };
        let mut previous: Option<(u64, Reached)> = None;
        for size in variable.sweep() {
            let reached = self.visit(&at(size));
            if let Some((mut low, before)) = previous
                && before != reached
                && before.is_decided()
                && reached.is_decided()
            {
                let mut high = size;
                while high - low > 1 {
                    let middle = low.midpoint(high);
                    if self.visit(&at(middle)) == before { low = middle } else { high = middle }
                }
                self.found.changes.insert((variable.name.clone(), low, high));
            }
            previous = Some((size, reached));
        }
    }
}

impl Reached {
    fn is_decided(&self) -> bool {
        matches!(self, Reached::Groups(_))
    }
}

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        // SplitMix64 (Steele, Lea, Flood, 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// A size of any magnitude: half of them evenly over the range, half by the number of bits.
    fn size(&mut self, variable: &Variable) -> u64 {
        let span = variable.high - variable.low + 1;
        let word = self.next();
        let span = match word % 2 {
            0 => span,
            _ => span.min(1u64 << (word >> 1 & 63).min(u64::from(span.ilog2() + 1).min(63))),
        };
        variable.low + self.next() % span
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> GroupKey {
        GroupKey([number; 32])
    }

    #[test]
    fn domains_are_read_and_nothing_else_is() {
        let domain: Domain = "N=1..1e9,B=1..64".parse().unwrap();
        let (n, b) = (&domain.variables()[0], &domain.variables()[1]);
        assert_eq!((n.name.as_str(), n.low, n.high), ("N", 1, 1_000_000_000));
        assert_eq!((b.name.as_str(), b.low, b.high), ("B", 1, 64));
        for wrong in ["", "N", "N=1", "N=1..", "N=2..1", "N=1..1.5", "N=-1..2", "N=1..1e300"] {
            assert!(wrong.parse::<Domain>().is_err(), "{wrong}");
        }
        let twice = "N=1..2,N=1..2".parse::<Domain>();
        assert_eq!(twice, Err(DomainError::Twice("N".to_owned())));
    }

    #[test]
    fn random_points_are_inside() {
        let domain: Domain = "N=3..1e9,B=5..5,K=0..1".parse().unwrap();
        for number in 0..10_000 {
            let point = domain.random_point(number);
            let inside = point.iter().zip(domain.variables());
            assert!(inside.into_iter().all(|(size, variable)| variable.has(*size)), "{point:?}");
        }
    }

    /// Groups change at 1, at a threshold that no list of sizes has, and where two sizes meet.
    #[test]
    fn thresholds_are_found_on_both_sides() {
        let domain: Domain = "N=0..1e6,B=1..64".parse().unwrap();
        let mut plan = |point: &[u64]| {
            let (n, b) = (point[0], point[1]);
            let mut groups = BTreeSet::from([key(1)]);
            groups.extend((n == 1).then_some(key(2)));
            groups.extend((n > 777_777).then_some(key(3)));
            groups.extend((b == 64).then_some(key(4)));
            Reached::Groups(groups)
        };
        let found = domain.explore(100, &mut plan);
        assert_eq!(found.groups.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4].map(key));
        assert!(found.changes.contains(&("N".to_owned(), 777_777, 777_778)), "{:?}", found.changes);
        assert!(found.changes.contains(&("N".to_owned(), 0, 1)));
        assert!(found.changes.contains(&("B".to_owned(), 63, 64)));
        assert!(found.undecided.is_empty());
    }

    #[test]
    fn what_cannot_be_planned_is_said() {
        let domain: Domain = "N=1..100".parse().unwrap();
        let mut plan = |point: &[u64]| match point[0] {
            64.. => Reached::Undecided("too long".to_owned()),
            _ => Reached::Groups(BTreeSet::from([key(1)])),
        };
        let found = domain.explore(10, &mut plan);
        assert!(found.undecided.iter().all(|(point, why)| point[0] >= 64 && why == "too long"));
        assert!(!found.undecided.is_empty());
    }
}
