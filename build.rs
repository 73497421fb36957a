//! Compiles the `va_start` shims: stable Rust cannot define a function that
//! takes `...`.

fn main() {
    let shims = "src/capi/variadic.c";
    println!("cargo:rerun-if-changed={shims}");
    let mut build = cc::Build::new();
    build
        .file(shims)
        .flag_if_supported("-ffunction-sections")
        .flag_if_supported("-std=c99")
        .warnings(true);
    for (feature, define) in [("CARGO_FEATURE_LWS_WITH_SYS_SMD", "RELWS_WITH_SYS_SMD")] {
        if std::env::var_os(feature).is_some() {
            build.define(define, None);
        }
    }
    build.compile("relws_variadic");
}
