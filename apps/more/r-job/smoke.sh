. "$(dirname "$0")/../lib.sh"; r(){ docker run --rm --network none --name $NAME "$IMG" "$@"; }; has mean "mean 2" r; fin
