//! Copies between host and device.
//!
//! Uploads go through the queue's own staging memory, downloads through a few reused mappable
//! buffers; both in pieces, so that a large array never doubles its memory. Two pieces of a
//! download are under way at once.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use crate::buffers::{GpuBuffer, size_class};
use crate::device::Mapped;
use crate::error::RuntimeError;
use crate::recorder::Engine;

/// The largest piece of one copy.
const PIECE_BYTES: usize = 32 << 20;
/// Pieces of a download that are under way at once.
const PIECES_IN_FLIGHT: usize = 2;
/// Mappable buffers that are kept.
const IDLE_MAX: usize = 4;

/// Mappable buffers that are not in use.
#[derive(Default)]
pub(crate) struct Staging {
    idle: Mutex<Vec<wgpu::Buffer>>,
}

impl Staging {
    fn take(&self, len_bytes: u64) -> Option<wgpu::Buffer> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = idle.iter().position(|buffer| buffer.size() >= len_bytes)?;
        Some(idle.swap_remove(fitting))
    }

    fn give(&self, buffer: wgpu::Buffer) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() >= IDLE_MAX {
            idle.swap_remove(0);
        }
        idle.push(buffer);
    }
}

/// A piece of a download on its way.
struct Piece {
    place: Range<usize>,
    buffer: wgpu::Buffer,
    submission: wgpu::SubmissionIndex,
    mapped: Mapped,
}

impl Engine {
    /// A new buffer with these bytes, a multiple of 4 of them.
    ///
    /// # Errors
    /// As [`Engine::acquire`], or if the device fails.
    pub(crate) fn upload(&self, bytes: &[u8]) -> Result<GpuBuffer, RuntimeError> {
        let buffer = self.acquire(bytes.len() as u64)?;
        {
            // Writes are carried out before the commands of the next submission: commands of the
            // open batch that use the same memory must be submitted first.
            let mut recorder = self.record();
            if buffer.used_in(recorder.epoch()) {
                recorder.submit(self);
            }
        }
        let Some(raw) = buffer.raw() else {
            return Ok(buffer);
        };
        for (piece, offset) in bytes.chunks(PIECE_BYTES).zip((0u64..).step_by(PIECE_BYTES)) {
            self.gpu.queue.write_buffer(raw, offset, piece);
            if bytes.len() > PIECE_BYTES {
                // Lets the queue free its staging memory.
                self.gpu.queue.submit(None);
                self.gpu.reclaim()?;
            }
        }
        self.counters.upload_bytes.add(bytes.len() as u64);
        self.gpu.check()?;
        Ok(buffer)
    }

    /// Submits what is recorded and copies a buffer's first bytes to the host.
    ///
    /// # Errors
    /// What a recorded dispatch failed with, or [`RuntimeError::Map`].
    pub(crate) fn download(
        &self,
        buffer: &GpuBuffer,
        bytes: &mut [u8],
    ) -> Result<(), RuntimeError> {
        let len = bytes.len();
        let mut pieces = VecDeque::with_capacity(PIECES_IN_FLIGHT);
        for start in (0..len).step_by(PIECE_BYTES) {
            if pieces.len() == PIECES_IN_FLIGHT
                && let Some(piece) = pieces.pop_front()
            {
                self.receive(piece, bytes)?;
            }
            pieces.push_back(self.send(buffer, start..len.min(start + PIECE_BYTES))?);
        }
        for piece in pieces {
            self.receive(piece, bytes)?;
        }
        self.counters.download_bytes.add(len as u64);
        Ok(())
    }

    fn send(&self, buffer: &GpuBuffer, place: Range<usize>) -> Result<Piece, RuntimeError> {
        let len_bytes = place.len() as u64;
        let staging = match self.staging.take(len_bytes) {
            Some(staging) => staging,
            None => self.gpu.scoped("a buffer for reading back", |device| {
                device.create_buffer(&wgpu::BufferDescriptor {
                    label: Some("staging"),
                    size: size_class(len_bytes),
                    usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                })
            })?,
        };
        let submission = {
            let mut recorder = self.record();
            if let Some(raw) = buffer.raw() {
                let encoder = recorder.encoder(self);
                encoder.copy_buffer_to_buffer(raw, place.start as u64, &staging, 0, len_bytes);
                recorder.touch(buffer, len_bytes);
            }
            recorder.submit(self)
        };
        self.gpu.check()?;
        let mapped = Mapped::of(&staging, len_bytes);
        Ok(Piece { place, buffer: staging, submission, mapped })
    }

    fn receive(&self, piece: Piece, bytes: &mut [u8]) -> Result<(), RuntimeError> {
        self.gpu.wait(piece.submission)?;
        piece.mapped.wait(&self.gpu)?;
        let len_bytes = piece.place.len() as u64;
        let view = piece.buffer.get_mapped_range(0..len_bytes).map_err(|_| RuntimeError::Map)?;
        if let Some(target) = bytes.get_mut(piece.place) {
            target.copy_from_slice(&view);
        }
        drop(view);
        piece.buffer.unmap();
        self.staging.give(piece.buffer);
        self.gpu.check()
    }
}
