//! Random groups with the data of one call.
//!
//! Values are small whole numbers wherever sums are taken, so that every order of summation gives
//! the same bits and results can be compared exactly.

use std::sync::Arc;

use preheat_cpu::Column;
use preheat_format::{
    AxisAccess, AxisRole, Call, CallOutput, DType, NodeKind, NumericMode, OpId, Scalar,
    SignatureBuilder, View, ViewData, ViewForm,
};

/// A small generator of numbers (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.roll() % end as u64) as usize
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Which groups are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) rank_max: usize,
    pub(crate) points_max: usize,
    pub(crate) nodes: usize,
    pub(crate) reduce: bool,
}

const EXACT_BINARY: [&str; 4] = ["add", "sub", "min", "max"];
const EXACT_UNARY: [&str; 4] = ["neg", "abs", "floor", "round"];
const TESTS: [&str; 4] = ["lt", "le", "eq", "ne"];
const REDUCTIONS: [&str; 6] = ["red_sum", "red_min", "red_max", "red_mean", "red_any", "red_all"];

struct Maker<'a> {
    dice: &'a mut Dice,
    builder: SignatureBuilder,
    roles: Vec<AxisRole>,
    extents: Vec<u64>,
    /// Nodes to choose operands from, with their types.
    pool: Vec<(u32, DType)>,
    sources: Vec<Arc<Column>>,
    params: Vec<Scalar>,
    views: Vec<ViewData>,
}

pub(crate) fn random_call(dice: &mut Dice, plan: Plan) -> Call<Arc<Column>> {
    let rank = dice.below(plan.rank_max + 1);
    let mut points = 1;
    let mut extents = Vec::new();
    for _ in 0..rank {
        let room = plan.points_max / points;
        let extent = match dice.below(12) {
            0 => 1,
            1 if dice.one_in(4) => 0,
            2..=5 => 1 + dice.below(room.clamp(1, 5)),
            _ => 1 + dice.below(room.max(1)),
        };
        points *= extent.max(1);
        extents.push(extent as u64);
    }
    let mut role = || {
        if plan.reduce && dice.one_in(2) { AxisRole::Reduced } else { AxisRole::Kept }
    };
    let roles: Vec<AxisRole> = (0..rank).map(|_| role()).collect();
    let builder = SignatureBuilder::new(NumericMode::Precise, roles.clone());
    let mut maker = Maker {
        dice,
        builder,
        roles,
        extents,
        pool: Vec::new(),
        sources: Vec::new(),
        params: Vec::new(),
        views: Vec::new(),
    };
    for _ in 0..1 + maker.dice.below(4) {
        maker.load();
    }
    for _ in 0..plan.nodes {
        maker.node();
    }
    maker.finish()
}

impl Maker<'_> {
    fn add(&mut self, dtype: DType, kind: NodeKind) -> u32 {
        let node = self.builder.node(dtype, kind);
        self.pool.push((node, dtype));
        node
    }

    fn apply(&mut self, dtype: DType, op: &str, operands: &[u32]) -> u32 {
        let op = OpId::new(op);
        self.add(dtype, NodeKind::Apply { op, operands: operands.to_vec() })
    }

    fn column(&mut self, dtype: DType, len: usize) -> Column {
        let dice = &mut *self.dice;
        match dtype {
            DType::F64 => Column::F64((0..len).map(|_| dice.below(17) as f64 - 8.0).collect()),
            DType::F32 => Column::F32((0..len).map(|_| dice.below(17) as f32 - 8.0).collect()),
            DType::Bool => Column::Word((0..len).map(|_| dice.below(2) as u32).collect()),
            _ => Column::Word((0..len).map(|_| (dice.below(17) as i32 - 8) as u32).collect()),
        }
    }

    /// A view with the data of the call and the length of the buffer that it shows.
    fn view(&mut self) -> (View, ViewData, usize) {
        let dice = &mut *self.dice;
        let axes: Vec<AxisAccess> = self
            .extents
            .iter()
            .map(|_| if dice.one_in(4) { AxisAccess::One } else { AxisAccess::Full })
            .collect();
        let full = |axis: usize| axes[axis] == AxisAccess::Full;
        if dice.one_in(2) {
            let lens = self.extents.iter().enumerate().filter(|(axis, _)| full(*axis));
            let len = lens.map(|(_, extent)| *extent as usize).product();
            return (View { form: ViewForm::Dense, axes }, ViewData::default(), len);
        }
        let mut order: Vec<usize> = (0..axes.len()).collect();
        if dice.one_in(2) {
            order.reverse();
        }
        let mut strides = vec![0; axes.len()];
        let (mut step, mut low, mut high) = (1 + dice.below(3) as i64, 0, 0);
        for axis in order.into_iter().filter(|axis| full(*axis)) {
            let reach = step * (self.extents[axis] as i64 - 1).max(0);
            strides[axis] = if dice.one_in(3) { -step } else { step };
            if strides[axis] < 0 {
                low -= reach
            } else {
                high += reach
            }
            step = reach + step + dice.below(2) as i64;
        }
        let len = (high - low) as usize + 1 + dice.below(3);
        let data = ViewData { offset: -low as u64, strides };
        (View { form: ViewForm::Strided, axes }, data, len)
    }

    fn add_view(&mut self, view: View, data: ViewData) -> u32 {
        let id = self.builder.view(view);
        if id as usize == self.views.len() {
            self.views.push(data);
        }
        id
    }

    fn load(&mut self) {
        let dtype = self.dice.pick(&[DType::F64, DType::F64, DType::F32, DType::Bool, DType::I32]);
        let (view, data, len) = self.view();
        let view = self.add_view(view, data);
        let column = self.column(dtype, len);
        self.sources.push(Arc::new(column));
        let source = self.builder.source(dtype);
        self.add(dtype, NodeKind::Load { source, view });
    }

    fn any(&mut self) -> (u32, DType) {
        // Recent nodes are more likely, so that chains form.
        let len = self.pool.len();
        let recent = if self.dice.one_in(2) { len.saturating_sub(3) } else { 0 };
        self.pool[recent + self.dice.below(len - recent)]
    }

    fn operand(&mut self, dtype: DType) -> u32 {
        match self.any() {
            (node, found) if found == dtype => node,
            (node, _) => self.apply(dtype, "cast", &[node]),
        }
    }

    fn float(&mut self) -> DType {
        self.dice.pick(&[DType::F64, DType::F64, DType::F32])
    }

    fn constant(&mut self, dtype: DType, value: i32) -> u32 {
        let bits = match dtype {
            DType::F64 => f64::from(value).to_bits(),
            DType::F32 => u64::from((value as f32).to_bits()),
            _ => u64::from(value as u32),
        };
        self.add(dtype, NodeKind::Constant { bits })
    }

    /// A float operand that is a whole number of at most `limit`.
    fn clamped(&mut self, dtype: DType, limit: i32) -> u32 {
        let node = self.operand(dtype);
        self.clamp(dtype, node, limit)
    }

    fn clamp(&mut self, dtype: DType, node: u32, limit: i32) -> u32 {
        let (low, high) = (self.constant(dtype, -limit), self.constant(dtype, limit));
        let node = self.apply(dtype, "max", &[node, low]);
        let node = self.apply(dtype, "min", &[node, high]);
        self.apply(dtype, "floor", &[node])
    }

    fn node(&mut self) {
        let dtype = self.float();
        let reduces = self.roles.contains(&AxisRole::Reduced);
        match self.dice.below(22) {
            0 => {
                let value = self.dice.below(9) as i32 - 4;
                self.constant(dtype, value);
            }
            1 => {
                let value = self.dice.below(9) as f64 - 4.0;
                self.params.push(Scalar::f64(value));
                let param = self.builder.param(DType::F64);
                self.add(DType::F64, NodeKind::Param { param });
            }
            2 => {
                let (view, data, _) = self.view();
                let view = self.add_view(view, data);
                self.add(DType::U32, NodeKind::Index { view });
            }
            3 => self.random(dtype),
            4 | 5 => {
                let op = self.dice.pick(&TESTS);
                let operands = [self.operand(dtype), self.operand(dtype)];
                self.apply(DType::Bool, op, &operands);
            }
            6 => {
                let operands = [self.operand(DType::Bool), self.operand(DType::Bool)];
                let op = self.dice.pick(&["and", "or"]);
                self.apply(DType::Bool, op, &operands);
            }
            7 => {
                let (yes, dtype) = self.any();
                let operands = [self.operand(DType::Bool), yes, self.operand(dtype)];
                self.apply(dtype, "select", &operands);
            }
            8 => {
                let dtype = self.dice.pick(&DType::ALL);
                let (node, _) = self.any();
                self.apply(dtype, "cast", &[node]);
            }
            9 => self.load(),
            10 | 11 if reduces => self.reduce(dtype),
            12 if reduces => {
                let (left, right) = (self.clamped(dtype, 8), self.clamped(dtype, 8));
                let product = self.add(dtype, NodeKind::Contract { left, right });
                self.clamp(dtype, product, 1000);
            }
            20 => self.gather(),
            21 if self.roles.iter().filter(|role| **role == AxisRole::Reduced).count() == 1 => {
                self.scan(dtype);
            }
            13 | 14 => {
                let op = self.dice.pick(&EXACT_UNARY);
                let operand = self.operand(dtype);
                self.apply(dtype, op, &[operand]);
            }
            15 => {
                let operands = [self.clamped(dtype, 30), self.clamped(dtype, 30)];
                self.apply(dtype, "mul", &operands);
            }
            _ => {
                let op = self.dice.pick(&EXACT_BINARY);
                let operands = [self.operand(dtype), self.operand(dtype)];
                self.apply(dtype, op, &operands);
            }
        }
    }

    fn random(&mut self, dtype: DType) {
        let (view, data, _) = self.view();
        let view = self.add_view(view, data);
        let index = self.add(DType::U32, NodeKind::Index { view });
        let mut operands = vec![index];
        for value in [7, 0, 3, 0] {
            operands.push(self.constant(DType::U32, value));
        }
        let draw = self.apply(dtype, "rand", &operands);
        let ten = self.constant(dtype, 10);
        let scaled = self.apply(dtype, "mul", &[draw, ten]);
        self.apply(dtype, "floor", &[scaled]);
        // Fractions must not get into sums.
        self.pool.retain(|(node, _)| *node != draw && *node != scaled);
    }

    fn reduce(&mut self, dtype: DType) {
        if self.dice.one_in(4) {
            let op = OpId::new(self.dice.pick(&["red_argmin", "red_argmax"]));
            let operand = self.clamped(dtype, 1000);
            self.add(DType::U32, NodeKind::Reduce { op, operand });
            return;
        }
        let name = self.dice.pick(&REDUCTIONS);
        let operand = match self.any() {
            (node, DType::Bool) => node,
            (_, _) => self.clamped(dtype, 1000),
        };
        let result = if matches!(name, "red_any" | "red_all") { DType::Bool } else { dtype };
        let node = self.add(result, NodeKind::Reduce { op: OpId::new(name), operand });
        if result.is_float() {
            self.clamp(result, node, 1000);
            // Means are fractions.
            self.pool.retain(|(known, _)| *known != node || name != "red_mean");
        }
    }

    /// Elements by an index that is now and then past the end.
    fn gather(&mut self) {
        let dtype = self.dice.pick(&[DType::F64, DType::F32, DType::Bool, DType::I32]);
        let len = 1 + self.dice.below(40);
        let column = self.column(dtype, len);
        self.sources.push(Arc::new(column));
        let source = self.builder.source(dtype);
        let place = self.clamped(DType::F64, 30);
        let index = self.apply(DType::U32, "cast", &[place]);
        self.add(dtype, NodeKind::Gather { source, index });
    }

    fn scan(&mut self, dtype: DType) {
        let name = self.dice.pick(&["red_sum", "red_min", "red_max", "red_argmin", "red_argmax"]);
        let is_position = name.starts_with("red_arg");
        let operand = self.clamped(dtype, 1000);
        let result = if is_position { DType::F64 } else { dtype };
        let node = self.add(result, NodeKind::Scan { op: OpId::new(name), operand });
        self.clamp(result, node, 1000);
    }

    fn finish(mut self) -> Call<Arc<Column>> {
        let mut outputs = Vec::new();
        for _ in 0..1 + self.dice.below(3) {
            let (node, dtype) = self.any();
            if self.dice.one_in(4) {
                let mut found = self.view();
                found.0.axes.fill(AxisAccess::Full);
                let (view, data, _) = found;
                let data = if view.form == ViewForm::Dense { ViewData::default() } else { data };
                let (strides, offset, len) = self.distinct(&view, data);
                let view = self.add_view(view, ViewData { offset, strides });
                let column = self.column(dtype, len);
                outputs.push(CallOutput::Update(Arc::new(column)));
                self.builder.output(node, Some(view));
            } else {
                outputs.push(CallOutput::New);
                self.builder.output(node, None);
            }
        }
        let (signature, numbering) = self.builder.finish().expect("the group is well formed");
        let choose = |ids: &[u32]| ids.iter().map(|id| *id as usize).collect::<Vec<_>>();
        Call {
            key: signature.key(),
            extents: self.extents,
            views: choose(&numbering.views).into_iter().map(|id| self.views[id].clone()).collect(),
            sources: choose(&numbering.sources)
                .into_iter()
                .map(|id| Arc::clone(&self.sources[id]))
                .collect(),
            params: choose(&numbering.params).into_iter().map(|id| self.params[id]).collect(),
            outputs,
            roll: None,
            signature: Arc::new(signature),
        }
    }

    /// Strides over all axes that give each point an element of its own.
    fn distinct(&mut self, view: &View, data: ViewData) -> (Vec<i64>, u64, usize) {
        let extents: Vec<i64> = self.extents.iter().map(|extent| *extent as i64).collect();
        if view.form == ViewForm::Dense {
            return (data.strides, 0, extents.iter().product::<i64>() as usize);
        }
        let (mut step, mut low, mut high) = (1 + self.dice.below(2) as i64, 0, 0);
        let mut strides = Vec::new();
        for extent in extents {
            let reach = step * (extent - 1).max(0);
            let backward = self.dice.one_in(4);
            strides.push(if backward { -step } else { step });
            if backward {
                low -= reach
            } else {
                high += reach
            }
            step += reach;
        }
        (strides, -low as u64, (high - low) as usize + 1)
    }
}
