//! Tells the library what it consists of, by `options.list`, and compiles the `va_start` shims:
//! stable Rust cannot define a function that takes `...`.

/// Name and word of each `switch` of `options.list`.
fn switches(list: &str) -> impl Iterator<Item = (&str, &str)> {
    list.lines().filter_map(|line| {
        let mut words = line.strip_prefix("switch ")?.split(' ');
        Some((words.next()?, words.next()?))
    })
}

fn main() -> Result<(), std::io::Error> {
    let options = "options.list";
    let shims = "src/capi/variadic.c";
    println!("cargo:rerun-if-changed={options}");
    println!("cargo:rerun-if-changed={shims}");

    let list = std::fs::read_to_string(options)?;
    let on: Vec<_> = switches(&list)
        .filter(|(option, _)| std::env::var_os(format!("CARGO_FEATURE_{option}")).is_some())
        .collect();

    let words: Vec<_> = on.iter().map(|(_, word)| *word).collect();
    let words = if words.is_empty() {
        "core".into()
    } else {
        words.join(" ")
    };
    println!("cargo:rustc-env=RELWS_FEATURES={words}");

    let mut build = cc::Build::new();
    build
        .file(shims)
        .flag_if_supported("-ffunction-sections")
        .flag_if_supported("-std=c99")
        .warnings(true);
    for (option, _) in on {
        build.define(option, None);
    }
    build.compile("relws_variadic");
    Ok(())
}
