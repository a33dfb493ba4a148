//! Octave's own answers.
