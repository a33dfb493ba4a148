//! Large pages for large arrays: the system clears a page when it is first touched, and for an
//! array that is written once most of that is the cost of each page, not of its bytes.

/// Arrays from this size on are worth it; a large page of x86-64 and AArch64 has half of it.
#[cfg(target_os = "linux")]
const LEN_MIN_BYTES: usize = 4 << 20;
/// A page, or a multiple of it; addresses given to the system are multiples.
#[cfg(target_os = "linux")]
const PAGE_BYTES: usize = 64 << 10;

/// Asks the system for large pages under fresh elements. It may refuse; their values stay.
#[cfg(target_os = "linux")]
pub(crate) fn prefer_large<T>(values: &mut [T]) {
    let bytes = size_of_val(values);
    if bytes < LEN_MIN_BYTES {
        return;
    }
    let start = values.as_mut_ptr().cast::<u8>();
    let before = start.align_offset(PAGE_BYTES);
    let len = bytes.saturating_sub(before) / PAGE_BYTES * PAGE_BYTES;
    let start = start.wrapping_add(before);
    #[expect(unsafe_code, reason = "advice on memory that this process holds has no safe call")]
    // SAFETY: the range lies within `values`, which is borrowed alone, and this advice changes
    // neither what it holds nor whether it may be read and written.
    let _ = unsafe { rustix::mm::madvise(start.cast(), len, rustix::mm::Advice::LinuxHugepage) };
}

/// Elsewhere the system decides.
#[cfg(not(target_os = "linux"))]
pub(crate) fn prefer_large<T>(_values: &mut [T]) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn advice_leaves_elements_as_they_are() {
        for len in [0, 1, LEN_MIN_BYTES / 4 - 1, LEN_MIN_BYTES / 4 + 5, 3 << 20] {
            let mut values: Vec<u32> = (0..len as u32).collect();
            prefer_large(&mut values);
            assert!(values.iter().zip(0..).all(|(value, index)| *value == index), "{len}");
        }
    }
}
