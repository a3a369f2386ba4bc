//! Lays a world out on disk, to try the command on it: `cargo run -p leidraad-benches --example lay -- 10000 FOLDER [QUESTIONS]` writes
//! a register of so many rules to `FOLDER/rules`, and questions to `FOLDER/questions.ndjson`.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use leidraad_benches::register;
use leidraad_benches::world::generate;

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let rules: usize = args.next().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let folder = PathBuf::from(args.next().unwrap_or_else(|| "world".to_owned()));
    let questions: usize = args.next().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    let world = generate(rules, rules <= 1_000, questions, 42);
    for (path, text) in register::files(&world) {
        let path = folder.join("rules").join(path);
        path.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::write(path, text)?;
    }
    let mut file = std::io::BufWriter::new(fs::File::create(folder.join("questions.ndjson"))?);
    world.reqs.iter().try_for_each(|request| writeln!(file, "{}", register::line(request)))?;
    file.flush()
}
