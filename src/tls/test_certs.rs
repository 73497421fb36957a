//! Certificates for tests, made when the first one asks.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

/// The folder with the files that `c-tests/make-certs.sh` tells of.
pub(crate) fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let at = std::env::temp_dir().join(format!("relws-certs-{}", std::process::id()));
        std::fs::create_dir_all(&at).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/c-tests/make-certs.sh");
        assert!(Command::new(script).arg(&at).status().unwrap().success());
        at
    })
}

/// A file of it.
pub(crate) fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}
