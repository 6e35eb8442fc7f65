. "$(dirname "$0")/../lib.sh"; run 11211; ask(){ exec 3<>/dev/tcp/127.0.0.1/$HP && printf "$1\r\nquit\r\n" >&3 && timeout 3 cat <&3; }
WAITN=50 wait_cmd ask version
has set STORED ask 'set a 0 0 1\r\n5'; has get 5 ask 'get a'; fin
