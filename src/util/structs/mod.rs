//! Structs of C from JSON, and back. What a program's maps say is told to the machines here as numbers
//! and texts; who calls them reads and writes the memory.

pub(crate) mod read;
#[cfg(test)]
mod tests;
pub(crate) mod write;

use crate::abi::r#struct::lws_struct_map_type_eum as Type;

/// What a member of a struct is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A signed integer of so many bytes.
    Signed(usize),
    Unsigned(usize),
    /// An integer that is 0 or 1.
    Boolean(usize),
    /// A text in an array of so many bytes.
    Array(usize),
    /// A pointer to a text.
    Text,
    /// A list of structs.
    List,
    /// A pointer to a struct.
    Child,
    /// A struct that the JSON names.
    Schema,
    /// Nothing that JSON has.
    Blob,
    /// Of no such length, or no such type.
    Bad,
}

impl Kind {
    /// Of a type and a length as a program gives them.
    pub(crate) fn new(r#type: u32, len: usize) -> Self {
        const SIGNED: u32 = Type::LSMT_SIGNED as u32;
        const UNSIGNED: u32 = Type::LSMT_UNSIGNED as u32;
        const BOOLEAN: u32 = Type::LSMT_BOOLEAN as u32;
        const ARRAY: u32 = Type::LSMT_STRING_CHAR_ARRAY as u32;
        const TEXT: u32 = Type::LSMT_STRING_PTR as u32;
        const LIST: u32 = Type::LSMT_LIST as u32;
        const CHILD: u32 = Type::LSMT_CHILD_PTR as u32;
        const SCHEMA: u32 = Type::LSMT_SCHEMA as u32;
        const BLOB: u32 = Type::LSMT_BLOB_PTR as u32;
        let integer = matches!(len, 1 | 2 | 4 | 8);
        match r#type {
            SIGNED if integer => Self::Signed(len),
            UNSIGNED if integer => Self::Unsigned(len),
            BOOLEAN if integer => Self::Boolean(len),
            ARRAY if len != 0 => Self::Array(len),
            TEXT if len == size_of::<*const u8>() => Self::Text,
            LIST => Self::List,
            CHILD => Self::Child,
            SCHEMA => Self::Schema,
            BLOB => Self::Blob,
            _ => Self::Bad,
        }
    }
}
