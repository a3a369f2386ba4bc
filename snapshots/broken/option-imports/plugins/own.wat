(component
  (import "wasi:clocks/monotonic-clock@0.2.0" (instance))
  (import "wasi:random/random@0.2.0" (instance)))
