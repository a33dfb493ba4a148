//! Which groups of an archive a command is about.

use clap::Args as ClapArgs;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use preheat_format::{ArchiveError, ArchiveView, GroupKey, NodeKind, Signature, Target};

use crate::args::TargetName;
use crate::failure::Failure;
use crate::text;

/// Filters on groups; a group has to pass each that is given.
#[derive(Debug, ClapArgs)]
pub(crate) struct Filter {
    /// Only groups with this operation, e.g. `sin` or `red_sum`; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) op: Vec<String>,
    /// Only groups of these scripts: a name, a folder, or a pattern such as `image/*.m`
    #[arg(long, value_name = "SCRIPT")]
    pub(crate) script: Vec<String>,
    /// Only artifacts of these targets
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub(crate) target: Vec<TargetName>,
    /// Only groups whose modules take at least so much, e.g. `64KiB`
    #[arg(long, value_name = "BYTES", value_parser = text::parse_bytes)]
    pub(crate) min_size: Option<u64>,
    /// Only groups whose modules take at most so much
    #[arg(long, value_name = "BYTES", value_parser = text::parse_bytes)]
    pub(crate) max_size: Option<u64>,
}

impl Filter {
    /// True for a target that is asked for.
    pub(crate) fn has_target(&self, target: Target) -> bool {
        self.target.is_empty() || self.target.iter().any(|name| Target::from(*name) == target)
    }

    /// True for a size that is asked for.
    pub(crate) fn has_size(&self, bytes: u64) -> bool {
        self.min_size.is_none_or(|min| bytes >= min) && self.max_size.is_none_or(|max| bytes <= max)
    }

    /// True for a group whose signature has the operations.
    pub(crate) fn has_ops(
        &self,
        view: &ArchiveView<'_>,
        group: GroupKey,
    ) -> Result<bool, ArchiveError> {
        if self.op.is_empty() {
            return Ok(true);
        }
        let signature = view.signature(group)?;
        let has = |name: &String| signature.as_ref().is_some_and(|found| applies(found, name));
        Ok(self.op.iter().all(has))
    }
}

fn applies(signature: &Signature, name: &str) -> bool {
    signature.nodes.iter().any(|node| match &node.kind {
        NodeKind::Apply { op, operands: _ }
        | NodeKind::Reduce { op, operand: _ }
        | NodeKind::Scan { op, operand: _ } => op.as_str() == name,
        NodeKind::Contract { .. } => name == "contract",
        NodeKind::Gather { .. } => name == "gather",
        NodeKind::Load { .. }
        | NodeKind::Index { .. }
        | NodeKind::Param { .. }
        | NodeKind::Constant { .. } => false,
    })
}

/// Names of scripts: a name stands for itself and for all below it.
#[derive(Debug)]
pub(crate) struct Scripts {
    set: GlobSet,
    is_any: bool,
}

impl Scripts {
    /// Of patterns; none is every script.
    ///
    /// # Errors
    /// [`Failure::Pattern`].
    pub(crate) fn new(patterns: &[String]) -> Result<Scripts, Failure> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let failed = |source| Failure::Pattern { pattern: pattern.clone(), source };
            let below = format!("{}/**", pattern.trim_end_matches('/'));
            for text in [pattern.as_str(), below.as_str()] {
                let glob = GlobBuilder::new(text).literal_separator(true).build();
                set.add(glob.map_err(failed)?);
            }
        }
        let failed = |source| Failure::Pattern { pattern: patterns.join(" "), source };
        Ok(Scripts { set: set.build().map_err(failed)?, is_any: patterns.is_empty() })
    }

    /// True for a script that is meant.
    pub(crate) fn has(&self, script: &str) -> bool {
        self.is_any || self.set.is_match(script)
    }

    /// True if one of a group's scripts is meant.
    pub(crate) fn has_group(
        &self,
        view: &ArchiveView<'_>,
        group: GroupKey,
    ) -> Result<bool, ArchiveError> {
        if self.is_any {
            return Ok(true);
        }
        for row in view.provenance(group) {
            if self.has(row?.script) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_name_a_folder_or_a_glob() {
        let has = |pattern: &str, script| Scripts::new(&[pattern.to_owned()]).unwrap().has(script);
        assert!(has("image/blur.m", "image/blur.m") && !has("image/blur.m", "image/blur.mm"));
        assert!(has("image", "image/deep/blur.m") && has("image/", "image/blur.m"));
        assert!(!has("image", "images/blur.m"));
        assert!(has("image/*.m", "image/blur.m") && !has("image/*.m", "image/deep/blur.m"));
        assert!(has("**/blur.m", "image/deep/blur.m"));
        assert!(Scripts::new(&["[".to_owned()]).is_err());
        assert!(Scripts::new(&[]).unwrap().has("anything"));
    }
}
