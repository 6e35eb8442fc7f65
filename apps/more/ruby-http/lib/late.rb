require "erb"
require "tempfile"
module Late
  def self.text = Tempfile.create("x") { |f| f.write("late ruby"); f.rewind; f.read }
end
