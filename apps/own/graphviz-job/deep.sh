. "$(dirname "$0")/../lib.sh"; R="docker run --rm --network ${SMOKE_NETWORK:-bridge} --name $NAME $IMG"
has svg "ellipses 3" $R svg; has png "P   N   G" $R png; has neato "node x" $R neato; has layers "last c" $R layers; has version graphviz $R dot -V; fin
