. "$(dirname "$0")/../lib.sh"; r(){ docker run --rm --network none --name $NAME "$IMG" "$@"; }
has lm "slope 3.9" r lm; has png "png TRUE" r png; has pdf "pdf TRUE" r pdf; has svd "svd 5.46" r svd; has tz "08:00" r tz; has par "par 2" r json; has tools "tools TRUE" r help; has splines "splines 3" r spline; has s4 "s4 FALSE" r s4; has enc "enc TRUE" r enc; fin
