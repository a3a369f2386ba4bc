;; finding: option-description
;; It never even starts.
(module
  ;;@include memory
  ;;@include describe
  (func $start (loop $for_ever (br $for_ever)))
  (start $start)
  (func (export "leidraad:option/contract@1.0.0#decide") (param i32) (result i32) (i32.const 1024)))
