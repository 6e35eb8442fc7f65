-module(web).
-export([start/0]).
start() -> {ok, L} = gen_tcp:listen(8088, [binary, {packet, http_bin}, {active, false}, {reuseaddr, true}]), loop(L).
loop(L) -> {ok, S} = gen_tcp:accept(L), spawn(fun() -> receive go -> serve(S) end end) ! go, loop(L).
serve(S) ->
  case gen_tcp:recv(S, 0, 5000) of
    {ok, {http_request, _, {abs_path, P}, _}} ->
      B = try iolist_to_binary(answer(P)) catch C:R -> iolist_to_binary(io_lib:format("error ~p ~p", [C, R])) end,
      inet:setopts(S, [{packet, raw}]),
      gen_tcp:send(S, [<<"HTTP/1.0 200 OK\r\nContent-Length: ">>, integer_to_list(byte_size(B)), <<"\r\n\r\n">>, B]), gen_tcp:close(S);
    _ -> gen_tcp:close(S)
  end.
answer(<<"/">>) -> "hello erlang";
answer(<<"/sha">>) -> {ok, _} = application:ensure_all_started(crypto), binary:encode_hex(binary:part(crypto:hash(sha256, <<>>), 0, 4));
answer(<<"/os">>) -> string:trim(os:cmd("echo from shell"));
answer(<<"/unicode">>) -> integer_to_list(length(unicode:characters_to_list(unicode:characters_to_nfd_binary([233]))));
answer(<<"/zlib">>) -> zlib:gunzip(zlib:gzip(<<"zipped">>));
answer(<<"/regexp">>) -> {match, [M]} = re:run("abc", "b.", [{capture, all, list}]), M;
answer(<<"/time">>) -> calendar:system_time_to_rfc3339(0, [{offset, "Z"}]);
answer(<<"/ssl">>) -> {ok, _} = application:ensure_all_started(ssl), "ssl started";
answer(<<"/digraph">>) -> G = digraph:new(), digraph:add_vertex(G, a), integer_to_list(digraph:no_vertices(G));
answer(_) -> "nothing".
