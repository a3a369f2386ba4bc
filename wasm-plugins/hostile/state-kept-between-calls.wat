;; expect: nothing
;; Proposes a level the second time it is called: no call is a second one.
(module
  ;;@include memory
  ;;@include describe
  (global $calls (mut i32) (i32.const 0))
  (data (i32.const 300) "plus")
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (if (i32.gt_u (global.get $calls) (i32.const 1)) (then
      (i32.store (i32.const 1028) (i32.const 1)) (i32.store (i32.const 1032) (i32.const 300)) (i32.store (i32.const 1036) (i32.const 4))))
    (if (i32.load (i32.const 2048)) (then unreachable))
    (i32.store (i32.const 2048) (i32.const 1))
    (i32.const 1024)))
