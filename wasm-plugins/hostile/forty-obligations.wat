;; expect: bad-output
;; More obligations than anybody can meet.
(module
  ;;@include memory
  ;;@include describe
  (data (i32.const 300) "due")
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (local $at i32)
    (local.set $at (i32.const 8192))
    (loop $more
      (i32.store (local.get $at) (i32.const 300))
      (i32.store offset=4 (local.get $at) (i32.const 3))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $more (i32.lt_u (local.get $at) (i32.const 8512))))
    (i32.store (i32.const 1068) (i32.const 8192))
    (i32.store (i32.const 1072) (i32.const 40))
    (i32.const 1024)))
