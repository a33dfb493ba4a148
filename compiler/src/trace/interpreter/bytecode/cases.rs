//! The instructions that leave straight lines: loops, branches, walked statements, calls.

use crate::trace::error::ScriptError;
use crate::trace::interpreter::Interpreter;
use crate::trace::interpreter::bytecode::machine::{Next, Regs, Running};
use crate::trace::interpreter::bytecode::op::{NO_LOOP, Op};
use crate::trace::interpreter::bytecode::{Code, Loop};
use crate::trace::interpreter::loops::Columns;
use crate::trace::interpreter::operator::range_count;
use crate::trace::interpreter::statement::Flow;
use crate::trace::value::{Range, Value};

use crate::syntax::ast::Slot;

/// The element that an instruction of the same code names.
macro_rules! named {
    ($list:expr, $index:expr) => {
        match $list.get($index as usize) {
            Some(found) => found,
            None => return Ok(Next::Fallback),
        }
    };
}

impl Interpreter<'_> {
    /// Instructions that may have an effect.
    pub(super) fn control(
        &mut self,
        code: &Code,
        op: Op,
        regs: &mut Regs,
        loops: &mut Vec<Running>,
    ) -> Result<Next, ScriptError> {
        self.walked += 1;
        match op {
            Op::Push { src, class } => {
                self.stack.push(Value::Number(regs.number(src, class)));
            }
            Op::PushVariable { slot, last } => {
                let slot = Slot(slot);
                match if last { self.take_slot(slot) } else { self.load(slot) } {
                    Some(value) => self.stack.push(value),
                    None => return Ok(Next::Fallback),
                }
            }
            Op::PushText { text } => self.stack.push(named!(code.texts, text).clone()),
            Op::PushTree { expr } => {
                let value = self.eval(named!(code.exprs, expr))?;
                self.stack.push(value);
            }
            Op::Call { site, slot } => {
                let value = self.call_site(named!(code.sites, site))?;
                self.store(Slot(slot), value);
            }
            Op::CallHandle { site, function, slot } => {
                let site = named!(code.sites, site);
                return self.call_handle(site, Slot(function), Slot(slot));
            }
            Op::Append { site, slot } => self.append(named!(code.sites, site), Slot(slot))?,
            Op::Statement { stmt, around } => {
                let flow = self.statement(named!(code.stmts, stmt))?;
                return Ok(left(code, flow, around));
            }
            Op::Condition { expr, otherwise } => {
                if !self.condition(named!(code.exprs, expr))? {
                    return Ok(Next::At(otherwise));
                }
            }
            Op::Operand { expr, to, when } => {
                let expr = named!(code.exprs, expr);
                let value = self.eval(expr)?;
                if self.truth(&value, expr.span)? == when {
                    return Ok(Next::At(to));
                }
            }
            Op::Evaluate { expr, slot } => {
                let expr = named!(code.exprs, expr);
                let value = self.eval(expr).map_err(|error| error.at(expr.span))?;
                self.store(Slot(slot), value);
            }
            Op::Results { expr } => {
                let values = self.eval_many(named!(code.exprs, expr), self.frame.nargout)?;
                self.stack.extend(values);
            }
            Op::Switch { table } => {
                let switch = named!(code.switches, table);
                let case = self.chosen_case(&switch.value, &switch.cases)?;
                return Ok(Next::At(*named!(switch.targets, case)));
            }
            Op::Return => return Ok(Next::Leave(Flow::Return)),
            Op::End => return Ok(Next::Leave(Flow::Next)),
            other => return self.looping(code, other, regs, loops),
        }
        Ok(Next::Op)
    }

    /// Instructions of loops.
    fn looping(
        &mut self,
        code: &Code,
        op: Op,
        regs: &Regs,
        loops: &mut Vec<Running>,
    ) -> Result<Next, ScriptError> {
        match op {
            Op::ForRange { at, start, step, stop } => {
                let (start, step, stop) = (regs.get(start), regs.get(step), regs.get(stop));
                let is_nan = start.is_nan() || step.is_nan() || stop.is_nan();
                let columns = if is_nan || (start.is_infinite() && start == stop) {
                    Columns::Once(Value::from(f64::NAN))
                } else {
                    let count = range_count(start, step, stop);
                    Columns::Range(Range { start, step, count, limit: Some(stop) })
                };
                self.start_for(code, (at, columns), loops)?;
            }
            Op::ForValues { at, expr } => {
                let columns = self.columns(named!(code.exprs, expr))?;
                self.start_for(code, (at, columns), loops)?;
            }
            Op::ForNext { at, body } => return self.next_column(code, (at, body), loops),
            Op::Loop { at } => {
                let nothing =
                    Columns::Range(Range { start: 0.0, step: 1.0, count: 0, limit: None });
                self.start_loop(code, (at, nothing), loops)?;
            }
            Op::Iteration { at } => {
                if let (Some(running), Some(own)) = (loops.last_mut(), code.loops.get(at as usize))
                {
                    self.enter_iteration(running, own);
                }
            }
            Op::LoopEnd => drop(loops.pop()),
            Op::IterationEnd => {
                if let Some(running) = loops.last_mut() {
                    self.leave_iteration(running)?;
                }
            }
            _ => return Ok(Next::Fallback),
        }
        Ok(Next::Op)
    }

    /// A `for` loop; without columns its variable is the empty value.
    fn start_for(
        &mut self,
        code: &Code,
        (at, columns): (u32, Columns),
        loops: &mut Vec<Running>,
    ) -> Result<(), ScriptError> {
        if columns.count() == 0
            && let Some(own) = code.loops.get(at as usize)
        {
            self.store(own.slot, columns.nothing());
        }
        self.start_loop(code, (at, columns), loops)
    }

    fn start_loop(
        &mut self,
        code: &Code,
        (at, columns): (u32, Columns),
        loops: &mut Vec<Running>,
    ) -> Result<(), ScriptError> {
        if let Some(own) = code.loops.get(at as usize) {
            self.loop_boundary(&own.assigned)?;
        }
        let (count, recorded) = (columns.count(), self.graph.recorded_count);
        let (iteration, walked) = (None, self.walked);
        loops.push(Running { columns, count, next: 0, recorded, iteration, walked });
        Ok(())
    }

    /// Remembers what an iteration starts with, unless nothing can have changed since the last.
    fn enter_iteration(&mut self, running: &mut Running, own: &Loop) {
        if running.iteration.is_none() || running.walked != self.walked {
            running.iteration = Some(self.iteration_start(&own.assigned));
            running.walked = self.walked;
        }
        running.recorded = self.graph.recorded_count;
    }

    fn leave_iteration(&mut self, running: &mut Running) -> Result<(), ScriptError> {
        if running.recorded != self.graph.recorded_count
            && let Some(iteration) = running.iteration.take()
        {
            self.iteration_end(iteration)?;
        }
        Ok(())
    }

    /// Ends an iteration of a `for` and starts the next.
    fn next_column(
        &mut self,
        code: &Code,
        (at, body): (u32, u32),
        loops: &mut [Running],
    ) -> Result<Next, ScriptError> {
        let own = named!(code.loops, at);
        let Some(running) = loops.last_mut() else {
            return Ok(Next::At(own.exit));
        };
        self.leave_iteration(running)?;
        if running.next >= running.count {
            return Ok(Next::At(own.exit));
        }
        let value = self.column(&running.columns, running.next, own.span)?;
        running.next += 1;
        self.store(own.slot, value);
        self.enter_iteration(running, own);
        Ok(Next::At(body))
    }
}

/// Where a walked statement goes on that may have ended the loop around it.
fn left(code: &Code, flow: Flow, around: u32) -> Next {
    let own = if around == NO_LOOP { None } else { code.loops.get(around as usize) };
    match (flow, own) {
        (Flow::Next, _) => Next::Op,
        (Flow::Break, Some(own)) => Next::At(own.exit),
        (Flow::Continue, Some(own)) => Next::At(own.again),
        (flow, _) => Next::Leave(flow),
    }
}
