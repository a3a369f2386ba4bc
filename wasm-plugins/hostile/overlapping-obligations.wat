;; expect: bad-output
;; Five thousand texts, all the same fifty thousand bytes: 250 MB for the host to copy.
(module
  ;;@include memory
  ;;@include describe
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32)
    (local $at i32)
    (memory.fill (i32.const 8192) (i32.const 97) (i32.const 50000))
    (local.set $at (i32.const 65536))
    (drop (memory.grow (i32.const 1)))
    (loop $more
      (i32.store (local.get $at) (i32.const 8192))
      (i32.store offset=4 (local.get $at) (i32.const 50000))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $more (i32.lt_u (local.get $at) (i32.const 105536))))
    (i32.store (i32.const 1068) (i32.const 65536))
    (i32.store (i32.const 1072) (i32.const 5000))
    (i32.const 1024)))
