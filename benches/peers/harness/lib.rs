//! Shared by every peer's program: the seeded world and the harness.
//! Usage of each program: peer-X --variant V --n N [--small|--large] [--budget SEC] [--passes P]
//! Prints one JSON line.
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

// ---------- counting allocator (counts only when switched on) ----------
pub struct Counting;
static ON: AtomicBool = AtomicBool::new(false);
static ALLOCS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, l: Layout) -> *mut u8 {
        count(l.size());
        unsafe { System.alloc(l) }
    }
    #[inline]
    unsafe fn dealloc(&self, p: *mut u8, l: Layout) {
        unsafe { System.dealloc(p, l) }
    }
    #[inline]
    unsafe fn alloc_zeroed(&self, l: Layout) -> *mut u8 {
        count(l.size());
        unsafe { System.alloc_zeroed(l) }
    }
    #[inline]
    unsafe fn realloc(&self, p: *mut u8, l: Layout, n: usize) -> *mut u8 {
        count(n);
        unsafe { System.realloc(p, l, n) }
    }
}
#[inline]
fn count(bytes: usize) {
    if ON.load(Relaxed) {
        ALLOCS.fetch_add(1, Relaxed);
        BYTES.fetch_add(bytes as u64, Relaxed);
    }
}
#[global_allocator]
static GLOBAL: Counting = Counting;

pub use leidraad_benches::world::*;

// ---------- harness ----------
pub struct Args {
    pub variant: String,
    pub n: usize,
    pub small: bool,
    /// the part of a register like a real one: `--n` is then how many customers it has
    pub real: bool,
    pub budget: f64,
    pub passes: usize,
}
pub fn args() -> Args {
    let mut a = Args { variant: String::new(), n: 100, small: true, real: false, budget: 60.0, passes: 9 };
    let v: Vec<String> = std::env::args().collect();
    let mut i = 1;
    let mut uni = None;
    while i < v.len() {
        match v[i].as_str() {
            "--variant" => {
                a.variant = v[i + 1].clone();
                i += 1
            }
            "--n" => {
                a.n = v[i + 1].parse().unwrap();
                i += 1
            }
            "--budget" => {
                a.budget = v[i + 1].parse().unwrap();
                i += 1
            }
            "--passes" => {
                a.passes = v[i + 1].parse().unwrap();
                i += 1
            }
            "--small" => uni = Some(true),
            "--large" => uni = Some(false),
            "--real" => a.real = true,
            x => panic!("unknown argument {x}"),
        }
        i += 1;
    }
    a.small = uni.unwrap_or(a.n <= 1000);
    a
}
pub fn world(a: &Args) -> World {
    if a.real {
        return leidraad_benches::part::part(&real(a)).0;
    }
    generate(a.n, a.small, 10_000, 42)
}
pub fn real(a: &Args) -> leidraad_benches::real::Real {
    leidraad_benches::real::real(a.n, 60, 20_000, 42)
}
unsafe extern "C" {
    fn malloc_trim(pad: usize) -> i32;
}
pub fn status_kb(key: &str) -> u64 {
    std::fs::read_to_string("/proc/self/status")
        .unwrap()
        .lines()
        .find(|l| l.starts_with(key))
        .and_then(|l| l.split_whitespace().nth(1))
        .unwrap()
        .parse()
        .unwrap()
}
fn rss_trimmed() -> u64 {
    unsafe { malloc_trim(0) };
    status_kb("VmRSS:")
}
fn median(v: &mut Vec<f64>) -> f64 {
    v.sort_by(|a, b| a.partial_cmp(b).unwrap());
    v[v.len() / 2]
}

/// `load` (timed) turns the source text made beforehand into a decider; the decider gets (index, request).
pub fn bench<S, F: FnMut(usize, &Request) -> u8>(peer: &str, a: &Args, w: &World, src: S, load: impl FnOnce(S) -> F) {
    let rss0 = rss_trimmed();
    let t = Instant::now();
    let mut f = load(src);
    let load_s = t.elapsed().as_secs_f64();
    let n = w.reqs.len();
    // agreement + warm-up; strided order so that a cut-off sample is still spread over the list
    let (mut checked, mut agree) = (0usize, 0usize);
    let mut hist = [0usize; 4];
    let t = Instant::now();
    let mut bad: Option<usize> = None;
    'o: for s in 0..100 {
        let mut i = s;
        while i < n {
            let d = f(i, &w.reqs[i]);
            checked += 1;
            hist[w.expect[i] as usize] += 1;
            if d == w.expect[i] {
                agree += 1
            } else if bad.is_none() {
                bad = Some(i);
                eprintln!("MISMATCH req {i}: got {d}, want {} {:?}", w.expect[i], w.reqs[i]);
            }
            i += 100;
            if checked % 5 == 0 && t.elapsed().as_secs_f64() > a.budget {
                break 'o;
            }
        }
    }
    let est = t.elapsed().as_secs_f64() / checked as f64;
    let rss1 = rss_trimmed();
    // a pass: k strided requests, repeated until it lasts >= 0.2 s
    let k = ((1.5 / est) as usize).clamp(10, n);
    let stride = n / k;
    let reps = ((0.2 / (est * k as f64)).ceil() as usize).max(1);
    let mut v = vec![];
    let mut sink = 0u64;
    for _ in 0..a.passes {
        let t = Instant::now();
        for _ in 0..reps {
            for j in 0..k {
                let i = j * stride;
                sink += f(i, &w.reqs[i]) as u64;
            }
        }
        v.push(t.elapsed().as_secs_f64() * 1e9 / (reps * k) as f64);
    }
    std::hint::black_box(sink);
    let med = median(&mut v);
    let (lo, hi) = (v[0], v[v.len() - 1]);
    let ka = k.min(1000);
    ALLOCS.store(0, Relaxed);
    BYTES.store(0, Relaxed);
    ON.store(true, Relaxed);
    for j in 0..ka {
        let i = j * (n / ka);
        std::hint::black_box(f(i, &w.reqs[i]));
    }
    ON.store(false, Relaxed);
    let (al, by) = (ALLOCS.load(Relaxed) as f64 / ka as f64, BYTES.load(Relaxed) as f64 / ka as f64);
    let loadavg = std::fs::read_to_string("/proc/loadavg").unwrap();
    println!(
        "{{\"peer\":\"{peer}\",\"variant\":\"{}\",\"n\":{},\"universe\":\"{}\",\"load_ms\":{:.3},\"ns\":{:.1},\"ns_min\":{:.1},\"ns_max\":{:.1},\"passes\":{},\"k\":{k},\"checked\":{checked},\"agree\":{agree},\"hist\":{:?},\"allocs\":{:.1},\"alloc_bytes\":{:.0},\"rss_load_mb\":{:.1},\"rss_peak_mb\":{:.1},\"loadavg\":{}}}",
        a.variant,
        a.n,
        if a.real { "real" } else if a.small { "4x50" } else { "342x1000" },
        load_s * 1e3,
        med,
        lo,
        hi,
        a.passes,
        hist,
        al,
        by,
        (rss1 as f64 - rss0 as f64) / 1024.0,
        status_kb("VmHWM:") as f64 / 1024.0,
        loadavg.split(' ').next().unwrap()
    );
}

/// What an app can put in front of ANY engine: its own index from (mun, svc) to a small engine object.
pub struct Shards<T>(pub std::collections::HashMap<String, std::collections::HashMap<String, T>>);
impl<T> Shards<T> {
    pub fn build<S>(src: Vec<(String, String, S)>, mut f: impl FnMut(S) -> T) -> Self {
        let mut m: std::collections::HashMap<String, std::collections::HashMap<String, T>> = Default::default();
        for (a, b, s) in src {
            let t = f(s);
            m.entry(a).or_default().insert(b, t);
        }
        Shards(m)
    }
    #[inline]
    pub fn get(&self, r: &Request) -> Option<&T> {
        self.0.get(&r.mun)?.get(&r.svc)
    }
    #[inline]
    pub fn get_mut(&mut self, r: &Request) -> Option<&mut T> {
        self.0.get_mut(&r.mun)?.get_mut(&r.svc)
    }
}
/// A world in pieces.
pub trait Pieces {
    /// one source per (mun, svc)
    fn shard_src<S>(&self, f: impl FnMut(&[Rule]) -> S) -> Vec<(String, String, S)>;
}
impl Pieces for World {
    fn shard_src<S>(&self, mut f: impl FnMut(&[Rule]) -> S) -> Vec<(String, String, S)> {
        self.by_pair().into_iter().map(|((m, s), v)| (mun_name(m), svc_name(s), f(&v))).collect()
    }
}

/// What never waits: polled once, instead of paying for a runtime.
pub fn now<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("pending"),
    }
}
