#!/bin/sh
set -e
case "$1" in
  plain) dot -Tplain graphs/a.dot ;;
  svg) dot -Tsvg graphs/a.dot | grep -c '<ellipse' | sed 's/^/ellipses /' ;;
  png) dot -Tpng graphs/a.dot | od -An -c -N4 ;;
  neato) neato -Tplain graphs/b.dot ;;
  layers) tred graphs/a.dot | gvpr 'N { print(name) }' | sort -r | head -1 | sed 's/^/last /' ;;
  *) exec "$@" ;;
esac
