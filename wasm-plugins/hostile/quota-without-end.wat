;; expect: bad-output
;; A quota beyond all numbers.
(module
  ;;@include memory
  ;;@include describe
  (data (i32.const 300) "1e999houryear")
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (i32.store (i32.const 1040) (i32.const 1))
    (i32.store (i32.const 1044) (i32.const 300))
    (i32.store (i32.const 1048) (i32.const 5))
    (i32.store (i32.const 1052) (i32.const 305))
    (i32.store (i32.const 1056) (i32.const 4))
    (i32.store (i32.const 1060) (i32.const 309))
    (i32.store (i32.const 1064) (i32.const 4))
    (i32.const 1024)))
