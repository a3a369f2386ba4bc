;; expect: out-of-memory
;; A table of twenty thousand elements.
(module
  ;;@include memory
  ;;@include describe
  (table 1 funcref)
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (drop (table.grow 0 (ref.null func) (i32.const 20000))) (i32.const 1024)))
