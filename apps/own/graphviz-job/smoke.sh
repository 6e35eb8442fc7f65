. "$(dirname "$0")/../lib.sh"; has plain "node b" docker run --rm --network ${SMOKE_NETWORK:-bridge} --name $NAME "$IMG"; fin
