mkdir place
printf 'm,n\n1,2\n' >place/table.csv
printf 'print(read_csv("table.csv").n)\n' >place/read.sg
$SGRAD place/read.sg         # expect: [2]
