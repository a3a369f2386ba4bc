;; expect: out-of-memory
;; A page at a time, for ever.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (loop $more (drop (memory.grow (i32.const 1))) (br $more)) (i32.const 1024)))
