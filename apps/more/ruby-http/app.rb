require 'sinatra/base'
class App < Sinatra::Base
  set :host_authorization, { permitted_hosts: [] }
  set :environment, :production
  get('/') { "hello ruby #{RUBY_VERSION}" }
  get('/page') { erb :page, locals: { name: 'erb' } }
  get('/json') { require 'json'; JSON.generate(ok: true) }
  get('/yaml') { require 'yaml'; YAML.load('a: [1, 2]').inspect }
  get('/sha') { require 'openssl'; OpenSSL::Digest::SHA256.hexdigest('')[0, 8] }
  get('/ca') { require 'openssl'; s = OpenSSL::X509::Store.new; s.set_default_paths; 'ca ok' }
  get('/sjis') { "\u65e5\u672c".encode('Shift_JIS').bytesize.to_s + ' sjis' }
  get('/zlib') { require 'zlib'; 'z ' + Zlib::Inflate.inflate(Zlib::Deflate.deflate('abc')) }
  get('/csv') { require 'csv'; CSV.parse("a,b\n").inspect }
  get('/tz') { ENV['TZ'] = 'Europe/Paris'; Time.at(0).zone }
  get('/lazy') { require_relative 'lib/late'; Late.text }
  get('/set') { require 'set'; require 'digest'; require 'bigdecimal'; BigDecimal('1.5').to_s }
  get('/boom') { raise 'boom' }
  error(500) { 'custom five hundred' }
end
