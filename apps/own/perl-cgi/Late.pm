package Own::Late; sub hi { "late perl" } 1;
