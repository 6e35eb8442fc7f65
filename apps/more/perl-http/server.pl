#!/usr/bin/env perl
use strict; use warnings; use HTTP::Daemon; use HTTP::Response; use JSON;
$SIG{TERM} = sub { exit 0 };
my $d = HTTP::Daemon->new(LocalAddr => '0.0.0.0', LocalPort => 8080, ReuseAddr => 1) or die $!;
my %routes = (
  '/' => sub { "hello perl $]" },
  '/json' => sub { encode_json({ ok => 1, list => [1, 2] }) },
  '/lazy' => sub { require App::Late; App::Late::text() },
  '/sjis' => sub { require Encode; length(Encode::encode('shiftjis', "\x{65e5}\x{672c}")) . ' sjis' },
  '/sha' => sub { require Digest::SHA; substr(Digest::SHA::sha256_hex(''), 0, 8) },
  '/tz' => sub { require POSIX; local $ENV{TZ} = 'Asia/Tokyo'; POSIX::tzset(); POSIX::strftime('%Z', localtime 0) },
  '/posix' => sub { require POSIX; 'floor ' . POSIX::floor(3.7) },
  '/unicode' => sub { "\x{3b1}" =~ /^\p{Greek}$/ ? 'greek yes' : 'no' },
  '/template' => sub { require Template; my $o = ''; Template->new->process(\'[% FOREACH n IN l %]<[% n %]>[% END %]', { l => [1, 2] }, \$o); $o },
  '/gz' => sub { require Compress::Zlib; 'gz ' . length(Compress::Zlib::memGzip('x' x 1000)) },
  '/time' => sub { require Time::Local; 'epoch ' . Time::Local::timegm(0, 0, 0, 1, 0, 1970) },
  '/sub' => sub { my $o = `sort < /etc/passwd | head -1`; $o =~ /:/ ? 'sub ok' : 'sub bad' },
);
while (my $c = $d->accept) {
  while (my $r = $c->get_request) {
    my $h = $routes{$r->uri->path};
    my $b = $h ? eval { $h->() } : undef;
    $c->send_response($h ? (defined $b ? HTTP::Response->new(200, 'OK', ['Content-Type' => 'text/plain'], $b) : HTTP::Response->new(500, 'Error', [], "error $@")) : HTTP::Response->new(404, 'Not Found', [], 'nothing here'));
  }
  $c->close;
}
