//! The section of plans: rows by name, then names and plans.

use std::io::Write;

use super::{PLAN_LEN_MAX, Plan};
use crate::archive::{Part, SectionId, TEXT_LEN_MAX, check_limit};
use crate::assemble::Sink;
use crate::error::{ArchiveError, BuildError};
use crate::read::{ArchiveView, blob, check_hash};
use crate::row::{RowWriter, u32_at, u64_at};

/// The most plans of an archive.
pub const PLANS_MAX: u64 = 1 << 16;
pub(crate) const PLAN_ROW_LEN: usize = 32;

/// Where a plan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlanRow {
    pub(crate) name_offset_bytes: u64,
    pub(crate) plan_offset_bytes: u64,
    pub(crate) name_len_bytes: u32,
    pub(crate) plan_len_bytes: u32,
    pub(crate) reserved: u64,
}

impl PlanRow {
    fn encode(&self) -> [u8; PLAN_ROW_LEN] {
        let mut row = RowWriter::<PLAN_ROW_LEN>::new();
        row.put(&self.name_offset_bytes.to_le_bytes());
        row.put(&self.plan_offset_bytes.to_le_bytes());
        row.put(&self.name_len_bytes.to_le_bytes());
        row.put(&self.plan_len_bytes.to_le_bytes());
        row.put(&self.reserved.to_le_bytes());
        row.bytes
    }

    pub(crate) fn decode(bytes: &[u8; PLAN_ROW_LEN]) -> PlanRow {
        PlanRow {
            name_offset_bytes: u64_at(bytes, 0),
            plan_offset_bytes: u64_at(bytes, 8),
            name_len_bytes: u32_at(bytes, 16),
            plan_len_bytes: u32_at(bytes, 20),
            reserved: u64_at(bytes, 24),
        }
    }
}

/// Writes the section: `plans` ascend by name and are within the limits.
pub(crate) fn put_plans<S: Write>(
    out: &mut Sink<'_, S>,
    plans: &[(&str, &[u8])],
) -> Result<(), BuildError> {
    let mut end = (plans.len() * PLAN_ROW_LEN) as u64;
    for (name, plan) in plans {
        let row = PlanRow {
            name_offset_bytes: end,
            plan_offset_bytes: end + name.len() as u64,
            name_len_bytes: name.len() as u32,
            plan_len_bytes: plan.len() as u32,
            reserved: 0,
        };
        out.put(&row.encode())?;
        end = row.plan_offset_bytes + plan.len() as u64;
    }
    plans.iter().try_for_each(|(name, plan)| {
        out.put(name.as_bytes())?;
        out.put(plan)
    })
}

/// A plan of an archive, not yet decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanRef<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl PlanRef<'_> {
    /// The plan.
    ///
    /// # Errors
    /// [`ArchiveError::Plan`] if the bytes are not one.
    pub fn decode(&self) -> Result<Plan, ArchiveError> {
        let failed = |source| {
            let (name, source) = (self.name.to_owned(), Box::new(source));
            ArchiveError::Plan { name, source }
        };
        Plan::decode(self.bytes).map_err(failed)
    }
}

impl<'a> ArchiveView<'a> {
    /// Every plan, in the order of their names. Nothing is hashed.
    pub fn plans(&self) -> impl Iterator<Item = Result<PlanRef<'a>, ArchiveError>> + use<'a> {
        let view = *self;
        let rows = view.plan_rows().iter().zip(0u64..);
        rows.map(move |(row, row_index)| view.plan_at(row_index, &PlanRow::decode(row)))
    }

    /// The plan of a name, if there is one; hashes the section of plans.
    ///
    /// # Errors
    /// [`ArchiveError`] if the section has another hash or the plan is malformed.
    pub fn plan(&self, name: &str) -> Result<Option<Plan>, ArchiveError> {
        let Some(section) = self.sections().find(|section| section.id == SectionId::PLANS) else {
            return Ok(None);
        };
        let bytes = self.section_bytes(SectionId::PLANS).unwrap_or_default();
        check_hash(Part::Section(SectionId::PLANS), section.hash, bytes)?;
        for plan in self.plans() {
            let plan = plan?;
            if plan.name == name {
                return plan.decode().map(Some);
            }
        }
        Ok(None)
    }

    pub(crate) fn plan_at(
        &self,
        row_index: u64,
        row: &PlanRow,
    ) -> Result<PlanRef<'a>, ArchiveError> {
        let part = Part::PlanRow(row_index);
        let section = self.section_bytes(SectionId::PLANS).unwrap_or_default();
        check_limit("bytes of text", row.name_len_bytes.into(), TEXT_LEN_MAX)?;
        check_limit("bytes of a plan", row.plan_len_bytes.into(), PLAN_LEN_MAX)?;
        let name = blob(part, section, row.name_offset_bytes, row.name_len_bytes.into())?;
        let name =
            std::str::from_utf8(name).map_err(|source| ArchiveError::Text { part, source })?;
        let bytes = blob(part, section, row.plan_offset_bytes, row.plan_len_bytes.into())?;
        Ok(PlanRef { name, bytes })
    }
}
