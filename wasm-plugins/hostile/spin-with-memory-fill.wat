;; expect: out-of-fuel
;; A few instructions that move much: fuel counts the bytes.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (loop $for_ever (memory.fill (i32.const 8192) (i32.const 0) (i32.const 50000)) (br $for_ever)) (i32.const 1024)))
