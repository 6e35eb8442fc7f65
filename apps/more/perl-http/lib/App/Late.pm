package App::Late;
use Text::Wrap;
sub text { $Text::Wrap::columns = 20; wrap("", "  ", "late module") }
1;
