//! Interned names: every identifier of a file as a small number.

use indexmap::IndexSet;

/// An identifier, as its index in the [`Interner`] of the program that it was read from.
///
/// Names of two programs must not be mixed: the same number stands for other text there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

impl Name {
    /// The variable that an expression statement assigns.
    pub const ANS: Name = Name(0);
    /// The parameter that gathers surplus arguments.
    pub const VARARGIN: Name = Name(1);
    /// The output that gathers surplus results.
    pub const VARARGOUT: Name = Name(2);
    /// Number of arguments of the running call.
    pub const NARGIN: Name = Name(3);
    /// Number of results that the running call was asked for.
    pub const NARGOUT: Name = Name(4);

    /// Position in the interner.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The names that every interner starts with, in the order of the constants of [`Name`].
const WELL_KNOWN: [&str; 5] = ["ans", "varargin", "varargout", "nargin", "nargout"];

/// The names of one program. It is complete before the tree is built, and frozen after.
#[derive(Clone, Debug)]
pub struct Interner {
    names: IndexSet<Box<str>>,
}

impl Default for Interner {
    fn default() -> Interner {
        Interner { names: WELL_KNOWN.iter().map(|name| Box::from(*name)).collect() }
    }
}

impl Interner {
    /// The name of `text`, made on first use.
    pub fn intern(&mut self, text: &str) -> Name {
        if let Some(name) = self.get(text) {
            return name;
        }
        Name(self.names.insert_full(Box::from(text)).0 as u32)
    }

    /// The name of `text`, if the program mentions it.
    pub fn get(&self, text: &str) -> Option<Name> {
        self.names.get_index_of(text).map(|index| Name(index as u32))
    }

    /// The text of `name`; empty for a name of another program that this one lacks.
    pub fn text(&self, name: Name) -> &str {
        self.names.get_index(name.index()).map_or("", |text| text)
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Never true: the well-known names are always there.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}
