//! Groups around a scan.
//!
//! A *line* is the elements along the scanned axis. Two templates: *line* kernels give a line to a
//! workgroup, which takes it tile by tile, the loads of a tile side by side; *column* kernels give
//! it to an invocation, neighbours beside neighbours, where other axes are faster. Where lines are
//! few they are split into parts: one pass sums each part, one scans the sums, one scans the
//! elements from there, three accesses of memory an element. After Merrill and Garland,
//! "Single-pass parallel prefix scan with decoupled look-back", 2016, the reduce-then-scan form:
//! the look-back itself would make the order of additions, and so the bits, depend on timing.
//!
//! Accumulators are those of the operation's reduction, so running sums carry their rounding error
//! along.

use preheat_format::{
    AxisAccess, AxisRole, BindTarget, Binding, Pass, ShapeExpr, ShapeOp, Signature, View,
};
use preheat_ops::template::{Int64, fill};

use self::parts::{Scan, ScratchArray};
use super::scope::{self, Storage};
use super::uniform::Uniform;
use super::{Kernel, LowerError, body, module};

mod elements;
mod parts;

pub(super) const TEMPLATES: [&str; 5] = [FRAME, LINE, LINE_SUMS, COLUMN, COLUMN_SUMS];
const FRAME: &str = include_str!("../../../shaders/wgsl/kernels/scan.wgsl.in");
const LINE: &str = include_str!("../../../shaders/wgsl/kernels/scan_line.wgsl.in");
const LINE_SUMS: &str = include_str!("../../../shaders/wgsl/kernels/scan_sums.wgsl.in");
const COLUMN: &str = include_str!("../../../shaders/wgsl/kernels/scan_column.wgsl.in");
const COLUMN_SUMS: &str = include_str!("../../../shaders/wgsl/kernels/scan_column_sums.wgsl.in");

/// Invocations of a workgroup.
const WORKGROUP: u32 = 256;
/// Bytes of workgroup memory that every device has.
const SHARED_BYTES: u32 = 16_384;
/// Workgroups to aim for when lines are split: a few times what the largest devices hold at once.
const PARTS_TARGET: u64 = 4096;
/// Invocations to aim for when columns are split, the most parts of a column, and the fewest
/// elements of one.
const COLUMN_TARGET: u64 = 1 << 18;
const COLUMN_PARTS_MAX: u64 = 512;
const COLUMN_PART_ELEMS: u64 = 32;

/// Layout of one variant.
#[derive(Clone, Copy, Debug)]
struct Form {
    name: &'static str,
    /// A workgroup to a line, not an invocation.
    by_workgroup: bool,
    /// Lines split into parts.
    split: bool,
    /// Elements per load.
    lanes: u32,
    /// How 64-bit products are made.
    int64: Int64,
}

/// Variants of a group around a scan.
pub(super) fn lower(signature: &Signature, int64: Int64) -> Result<Vec<Kernel>, LowerError> {
    let form = |name, by_workgroup, split, lanes| Form { name, by_workgroup, split, lanes, int64 };
    let always = ShapeExpr::constant(1);
    let mut forms = Vec::new();
    if signature.roles.first() == Some(&AxisRole::Kept) {
        let many = at_least(kept(), 1 << 16).with(ShapeOp::Max, at_most(scanned(), 64));
        forms.push((form("column", false, false, 1), many));
        forms.push((form("line_split", true, true, 1), at_most(kept(), 64)));
        forms.push((form("column_split", false, true, 1), always));
    } else {
        let lanes = vector_lanes(signature);
        let alone = signature.roles.len() == 1;
        let whole = match alone {
            // Buffers are padded to 16 bytes; what lies beyond the end is scanned last.
            true => ShapeExpr::constant(1),
            false => ShapeExpr::op(ShapeOp::Extent(0))
                .with(ShapeOp::Rem, ShapeExpr::constant(lanes.into()))
                .with(ShapeOp::Equal, ShapeExpr::constant(0)),
        };
        // Random groups have a variant more; four are the limit.
        if !alone && !body::has_random(signature) {
            let short = at_most(scanned(), 32).with(ShapeOp::And, at_least(kept(), 1024));
            forms.push((form("column", false, false, 1), short));
        }
        let fits = at_most(scanned(), 16_384).with(ShapeOp::Max, at_least(kept(), 512));
        if lanes > 1 {
            let fits = whole.clone().with(ShapeOp::And, fits);
            forms.push((form("line_vec", true, false, lanes), fits));
            forms.push((form("line_split_vec", true, true, lanes), whole));
        } else {
            forms.push((form("line", true, false, 1), fits));
        }
        if lanes == 1 || !alone {
            forms.push((form("line_split", true, true, 1), always));
        }
    }
    forms
        .into_iter()
        .enumerate()
        .map(|(rank, (form, guard))| Writer::new(signature, form)?.kernel(rank as u32, guard))
        .collect()
}

fn kept() -> ShapeExpr {
    ShapeExpr::op(ShapeOp::Kept)
}

fn scanned() -> ShapeExpr {
    ShapeExpr::op(ShapeOp::Reduced)
}

fn at_most(size: ShapeExpr, limit: u64) -> ShapeExpr {
    size.with(ShapeOp::AtMost, ShapeExpr::constant(limit))
}

fn at_least(size: ShapeExpr, limit: u64) -> ShapeExpr {
    ShapeExpr::constant(limit).with(ShapeOp::AtMost, size)
}

/// Elements per load if every array along the lines is contiguous in domain order.
fn vector_lanes(signature: &Signature) -> u32 {
    let along = |view: &View| {
        let mut axes = view.axes.iter().zip(&signature.roles);
        axes.any(|(access, role)| *access == AxisAccess::Full && *role == AxisRole::Reduced)
    };
    let fits = |view: &View| !along(view) || view.is_identity();
    let identity = |view: u32| signature.views.get(view as usize).is_some_and(View::is_identity);
    // An array that is read as vectors cannot be read by elements too.
    let mixed = |source: u32| {
        let views = || signature.loads().filter(move |(known, _)| *known == source);
        views().any(|(_, view)| identity(view))
            && (signature.is_gathered(source) || !views().all(|(_, view)| identity(view)))
    };
    let sources = signature.sources.len() as u32;
    if !signature.views.iter().all(fits) || (0..sources).any(mixed) {
        return 1;
    }
    let outputs = signature.outputs.iter().map(|out| scope::output_dtype(signature, out.node));
    let wide = signature.sources.iter().copied().chain(outputs).any(|of| of.size_bytes() == 8);
    if wide { 2 } else { 4 }
}

struct Writer<'a> {
    signature: &'a Signature,
    form: Form,
    scan: Scan,
    rows: u32,
    uniform: Uniform,
}

impl<'a> Writer<'a> {
    fn new(signature: &'a Signature, form: Form) -> Result<Writer<'a>, LowerError> {
        if signature.outputs.iter().any(|output| output.view.is_some()) {
            return Err(LowerError::Unsupported { what: "a scan that updates an array" });
        }
        let scan = Scan::of(signature)?;
        let fits = |rows: &u32| (rows * WORKGROUP + 512) * scan.part_bytes() <= SHARED_BYTES;
        let Some(rows) = [4, 2, 1].into_iter().find(fits) else {
            return Err(LowerError::Unsupported { what: "a scan with so large an accumulator" });
        };
        Ok(Writer { signature, form, scan, rows, uniform: Uniform::default() })
    }

    /// True if workgroup memory has room for gaps.
    fn is_padded(&self) -> bool {
        let entries = (self.rows + 1) * WORKGROUP + 512;
        self.rows > 1 && entries * self.scan.part_bytes() <= SHARED_BYTES
    }

    fn tile(&self) -> u32 {
        WORKGROUP * self.rows * self.form.lanes
    }

    /// Elements of a part.
    fn chunk(&self) -> ShapeExpr {
        if !self.form.split {
            return scanned();
        }
        let one = || ShapeExpr::constant(1);
        if self.form.by_workgroup {
            let tile = u64::from(self.tile());
            let wanted = ShapeExpr::constant(PARTS_TARGET).with(ShapeOp::DivCeil, kept());
            let useful = scanned().div_ceil(2 * tile);
            let parts = useful.with(ShapeOp::Min, wanted).with(ShapeOp::Max, one());
            let tiles = scanned().with(ShapeOp::DivCeil, parts).div_ceil(tile);
            return tiles.with(ShapeOp::Mul, ShapeExpr::constant(tile));
        }
        let wanted = ShapeExpr::constant(COLUMN_TARGET).with(ShapeOp::DivCeil, kept());
        let wanted = wanted.with(ShapeOp::Min, ShapeExpr::constant(COLUMN_PARTS_MAX));
        let useful = scanned().div_ceil(COLUMN_PART_ELEMS);
        let parts = useful.with(ShapeOp::Min, wanted).with(ShapeOp::Max, one());
        scanned().with(ShapeOp::DivCeil, parts)
    }

    fn parts(&self) -> ShapeExpr {
        match self.form.split {
            true => scanned().with(ShapeOp::DivCeil, self.chunk()),
            false => ShapeExpr::constant(1),
        }
    }

    fn kernel(mut self, rank: u32, guard: ShapeExpr) -> Result<Kernel, LowerError> {
        self.uniform.shape("kept_count", kept());
        self.uniform.shape("scan_count", scanned());
        let (chunk, parts) = (self.chunk(), self.parts());
        let work = kept().with(ShapeOp::Mul, parts.clone());
        self.uniform.shape("chunk", chunk);
        self.uniform.shape("part_count", parts.clone());
        let count_name = if self.form.by_workgroup { "group_count" } else { "item_count" };
        self.uniform.shape(count_name, work.clone());
        let mut functions = self.scan.functions();
        functions += &self.element_functions()?;
        let scratch = if self.form.split { self.scan.scratch(&parts) } else { Vec::new() };
        if self.form.split {
            functions += &self.scan.part_functions();
        }
        let mut storage = self.storage();
        storage.extend(scratch.iter().map(ScratchArray::storage));
        storage.extend(self.outputs());
        let (declarations, bindings) = scope::declarations(&storage, &self.uniform)?;
        let text = match self.form.by_workgroup {
            true => self.line_text(&declarations, &functions),
            false => self.column_text(&declarations, &functions),
        };
        let wgsl = module(&text, self.form.int64);
        let (fields, uniform_size_bytes) = self.uniform.layout();
        Ok(Kernel {
            variant: self.form.name.to_owned(),
            rank,
            guard,
            features: scope::features(&wgsl),
            scratch: scratch.into_iter().map(|array| array.bytes).collect(),
            uniform: fields,
            uniform_size_bytes,
            passes: self.passes(&bindings, &work),
            wgsl,
            op_count: scope::op_count(self.signature),
        })
    }

    fn passes(&self, bindings: &[Binding], work: &ShapeExpr) -> Vec<Pass> {
        let pass = |entry: &str, workgroup_count: ShapeExpr| Pass {
            entry_point: entry.to_owned(),
            workgroup_size: [WORKGROUP, 1, 1],
            bindings: bindings.to_vec(),
            workgroup_count,
        };
        let (groups, joins) = match self.form.by_workgroup {
            true => (work.clone(), kept()),
            false => (work.clone().div_ceil(WORKGROUP.into()), kept().div_ceil(WORKGROUP.into())),
        };
        match self.form.split {
            true => vec![pass("sums", groups.clone()), pass("join", joins), pass("main", groups)],
            false => vec![pass("main", groups)],
        }
    }

    /// Sources; those along the lines are read as vectors.
    fn storage(&self) -> Vec<Storage> {
        let mut storage = scope::sources(self.signature);
        for array in &mut storage {
            let BindTarget::Source(source) = array.target else {
                continue;
            };
            let is_vector = self.signature.loads().any(|(known, view)| {
                let spec = self.signature.views.get(view as usize);
                known == source && spec.is_some_and(View::is_identity)
            });
            if is_vector {
                array.lanes = self.form.lanes;
            }
        }
        storage
    }

    fn outputs(&self) -> Vec<Storage> {
        let mut outputs = scope::outputs(self.signature);
        outputs.iter_mut().for_each(|output| output.lanes = self.form.lanes);
        outputs
    }

    fn start(&self) -> &'static str {
        if self.form.split { "load_part(line, part)" } else { "no_part()" }
    }

    fn column_text(&self, declarations: &str, functions: &str) -> String {
        let sums = if self.form.split { COLUMN_SUMS } else { "" };
        fill(
            COLUMN,
            &[
                ("declarations", declarations),
                ("functions", functions),
                ("start", self.start()),
                ("sums", sums),
            ],
        )
    }

    fn line_text(&self, declarations: &str, functions: &str) -> String {
        let tile = self.tile().to_string();
        let (rows, lanes) = (self.rows.to_string(), self.form.lanes.to_string());
        let mut entries = fill(
            LINE,
            &[
                ("entry", "main"),
                ("tile", &tile),
                ("rows", &rows),
                ("lanes", &lanes),
                ("start", self.start()),
                ("load", &self.load_rows()),
                ("own", &self.own_rows()),
                ("fold", &self.fold_rows()),
                ("spread", &self.spread_rows()),
                ("write", &self.write_rows()),
            ],
        );
        if self.form.split {
            entries += &fill(LINE_SUMS, &[("tile", &tile), ("sum", &self.sum_rows())]);
        }
        let (row_parts, slot) = match self.is_padded() {
            true => ((self.rows + 1) * WORKGROUP, format!("run + run / {rows}u")),
            false => (self.rows * WORKGROUP, "run".to_owned()),
        };
        let row_parts = row_parts.to_string();
        fill(
            FRAME,
            &[
                ("declarations", declarations),
                ("functions", functions),
                ("row_parts", &row_parts),
                ("slot", &slot),
                ("entries", &entries),
            ],
        )
    }

    /// The element of lane `lane` of row `row`.
    fn lane(&self, row: u32, lane: u32) -> String {
        match self.form.lanes {
            1 => format!("x{row}"),
            _ => format!("x{row}.{}", elements::LANE_NAMES[lane as usize]),
        }
    }

    /// Statements that add the elements of a row to `sum`.
    fn add_row(&self, row: u32, sum: &str, indent: &str) -> String {
        let add = |lane: u32| {
            let x = self.lane(row, lane);
            format!("{indent}{sum} = add_element({sum}, {x}, at{row} + {lane}u);\n")
        };
        (0..self.form.lanes).map(add).collect()
    }

    /// `x{row}`: the elements of each row, all loads before the first use.
    fn read_rows(&self) -> String {
        let (lanes, width) = (self.form.lanes, self.form.lanes * WORKGROUP);
        let element = elements::vector(self.scan.element, lanes);
        let mut text = String::new();
        for row in 0..self.rows {
            let first = row * width;
            text += &format!("        let at{row} = base + {first}u + local_index * {lanes}u;\n");
            text += &format!("        var x{row}: {element};\n");
            text += &format!("        if at{row} < last {{\n");
            text += &format!("            x{row} = element(line, at{row});\n        }}\n");
        }
        text
    }

    fn load_rows(&self) -> String {
        let mut text = self.read_rows();
        for row in 0..self.rows {
            text += &format!("        var sum{row} = no_part();\n        if at{row} < last {{\n");
            text += &self.add_row(row, &format!("sum{row}"), "            ");
            let place = row * WORKGROUP;
            let slot = format!("slot({place}u + local_index)");
            text += &format!("        }}\n        parts[{slot}] = sum{row};\n");
        }
        text
    }

    fn sum_rows(&self) -> String {
        let mut text = self.read_rows();
        for row in 0..self.rows {
            text += &format!("        if at{row} < last {{\n");
            text += &self.add_row(row, "sum", "            ");
            text += "        }\n";
        }
        text
    }

    /// `part{row}`: the sums of as many runs, one after the other in the order of elements.
    fn own_rows(&self) -> String {
        let own = |row: u32| format!("        let part{row} = parts[slot(own + {row}u)];\n");
        (0..self.rows).map(own).collect()
    }

    fn fold_rows(&self) -> String {
        let fold = |row: u32| format!("        sum = join_parts(sum, part{row});\n");
        (1..self.rows).map(fold).collect()
    }

    fn spread_rows(&self) -> String {
        let spread = |row: u32| {
            format!(
                "        parts[slot(own + {row}u)] = before;\n        before = join_parts(before, \
                 part{row});\n"
            )
        };
        (0..self.rows).map(spread).collect()
    }

    fn write_rows(&self) -> String {
        let lanes = self.form.lanes;
        let result = elements::vector(self.scan.result, lanes);
        let mut text = String::new();
        for row in 0..self.rows {
            let place = row * WORKGROUP;
            text += &format!("        if at{row} < last {{\n");
            text += &format!("            var sum = parts[slot({place}u + local_index)];\n");
            let mut values = Vec::new();
            for lane in 0..lanes {
                let (x, at) = (self.lane(row, lane), format!("at{row} + {lane}u"));
                text += &format!("            sum = add_element(sum, {x}, {at});\n");
                text += &format!("            let y{lane} = value(sum, {at});\n");
                values.push(format!("y{lane}"));
            }
            let values = match lanes {
                1 => "y0".to_owned(),
                _ => format!("{result}({})", values.join(", ")),
            };
            text += &format!("            store(line, at{row}, {values});\n        }}\n");
        }
        text
    }
}
