#!/usr/bin/perl
use strict; use lib '/srv/lib'; use CGI;
my $q = CGI->new; print $q->header('text/plain'); my $p = $q->path_info;
if ($p eq '/hello') { print "hello cgi " . ($q->param('a') // '') }
elsif ($p eq '/json') { require JSON; print JSON->new->canonical->encode({a=>[1,2]}) }
elsif ($p eq '/sql') { require DBI; my $d = DBI->connect('dbi:SQLite::memory:'); print "sql " . $d->selectrow_array('select 42') }
elsif ($p eq '/tt') { require Template; my $t = Template->new(INCLUDE_PATH => '/srv'); $t->process('t.tt', {name => 'tt', n => 1.5}) or print $t->error }
elsif ($p eq '/late') { require Own::Late; print Own::Late::hi() }
elsif ($p eq '/enc') { require Encode; print length(Encode::encode('shiftjis', "\x{3042}\x{3042}")) . " sjis" }
elsif ($p eq '/time') { require POSIX; $ENV{TZ}='Europe/Berlin'; POSIX::tzset(); print POSIX::strftime('%Z', localtime(0)) }
elsif ($p eq '/lwp') { require LWP::UserAgent; print LWP::UserAgent->new->get('http://127.0.0.1/s.html')->content }
elsif ($p eq '/sha') { require Digest::SHA; print Digest::SHA::sha1_hex('a') }
elsif ($p eq '/uni') { print "ok" if "\x{e9}" =~ /\p{Latin}/; require Unicode::Normalize; print length Unicode::Normalize::NFD("\x{e9}") }
elsif ($p eq '/cmp') { require Unicode::Collate; print join '', Unicode::Collate->new->sort(qw(b A c)) }
elsif ($p eq '/pipe') { print `date -u +%Z | tr A-Z a-z` }
elsif ($p eq '/dumper') { require Data::Dumper; print Data::Dumper->Dump([[1]]) }
elsif ($p eq '/big') { require Math::BigInt; print Math::BigInt->new(2)**70 }
else { print "nothing" }
